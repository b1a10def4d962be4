//! As many conditions at sides as flow in: what is called a fault, and what is not.

use super::sides::{between, interval};
use super::*;

fn fault(system: &System, order: usize) -> Option<(String, String)> {
    discretise(system, &SpaceOptions::of_order(order)).unwrap().faulty_sides
}

fn minus(term: Term) -> Term {
    product(&[number(-1.0), term])
}

fn given() -> Boundary {
    Boundary::Dirichlet(number(0.0))
}

fn shut() -> Boundary {
    Boundary::Neumann(number(0.0))
}

fn mixed() -> Boundary {
    Boundary::Robin { a: number(1.0), b: number(0.5), value: number(0.0) }
}

fn of(k: usize) -> Term {
    Term::Field(k)
}

/// Fields between sides, each with its rate and its conditions.
fn several(fields: &[(Term, [Boundary; 2])]) -> System {
    let grid = interval(12);
    let all = fields.iter().map(|(rate, sides)| {
        let mut f = field(&grid, rate.clone(), |p| 1.0 + 0.1 * p[0]);
        f.boundaries = vec![sides.clone()];
        f
    });
    system(grid.clone(), all.collect())
}

#[test]
fn what_flows_in_must_be_prescribed_and_nothing_else() {
    let right = || minus(d(0, u()));
    for order in [2, 4] {
        let said =
            |rate: Term, sides: [Boundary; 2]| fault(&between(12, rate, sides), order);
        // To the right: prescribed at the left.
        assert_eq!(said(right(), [given(), Boundary::Outflow]), None);
        let (message, hint) = said(right(), [Boundary::Outflow, given()]).unwrap();
        assert_eq!(
            message,
            "u flows in through x = 0, and its value is not prescribed there"
        );
        assert_eq!(hint, "boundary = [[dirichlet(…), outflow]]");
        assert!(said(right(), [Boundary::Outflow, Boundary::Outflow]).is_some());
        assert!(said(right(), [shut(), Boundary::Outflow]).is_some());
        assert_eq!(said(right(), [given(), shut()]), None);
        assert_eq!(said(right(), [mixed(), Boundary::Outflow]), None);
        let (message, _) = said(right(), [given(), given()]).unwrap();
        assert_eq!(
            message,
            "u flows out through x = 1, and its value is prescribed there"
        );
        // To the left.
        assert_eq!(said(d(0, u()), [Boundary::Outflow, given()]), None);
        let (_, hint) = said(d(0, u()), [given(), Boundary::Outflow]).unwrap();
        assert_eq!(hint, "boundary = [[outflow, dirichlet(…)]]");
        // Growth and sources do not matter, nor a side that the flow only touches.
        let grown = sum(&[right(), product(&[number(30.0), u()])]);
        assert_eq!(said(grown, [given(), Boundary::Outflow]), None);
        let still = product(&[x(0), right()]);
        assert_eq!(said(still.clone(), [given(), Boundary::Outflow]), None);
        assert_eq!(said(still, [Boundary::Outflow, Boundary::Outflow]), None);
        let still = product(&[x(0), x(0), d(0, u())]);
        assert_eq!(said(still, [given(), given()]), None);
    }
    // Later, too, where coefficients change with time: nothing is said where the sign changes.
    let turning = product(&[call(Function::Cosine, Term::Time), right()]);
    let turning = between(12, turning, [given(), given()]);
    let options = SpaceOptions { order: 2, times: (0.0, 6.0), ..SpaceOptions::default() };
    assert_eq!(discretise(&turning, &options).unwrap().faulty_sides, None);
    let always = sum(&[number(2.0), call(Function::Cosine, Term::Time)]);
    let always = between(12, product(&[always, right()]), [given(), given()]);
    assert!(discretise(&always, &options).unwrap().faulty_sides.is_some());
    // Of a nonlinear equation, by the start.
    let burgers = |sign: f64, sides: [Boundary; 2]| {
        let rate = product(&[number(-0.5), d(0, power(u(), 2.0))]);
        let grid = interval(12);
        let mut f = field(&grid, rate, |p| sign * (1.0 + p[0]));
        f.boundaries = vec![sides];
        fault(&system(grid, vec![f]), 2)
    };
    assert_eq!(burgers(1.0, [given(), Boundary::Outflow]), None);
    assert!(burgers(1.0, [Boundary::Outflow, given()]).is_some());
    assert_eq!(burgers(-1.0, [Boundary::Outflow, given()]), None);
    assert_eq!(burgers(0.0, [Boundary::Outflow, given()]), None);
    assert_eq!(burgers(0.0, [given(), given()]), None);
    // Speeds that depend on slopes, where differences beside a side have no neighbours: outwards at both, inwards at both.
    let hamilton = |sign: f64, order: usize| {
        let rate = product(&[number(-0.5), power(d(0, u()), 2.0)]);
        let grid = interval(24);
        let mut f = field(&grid, rate, |p| sign * (p[0] - 0.5).powi(2));
        f.boundaries = vec![[Boundary::Outflow, Boundary::Outflow]];
        fault(&system(grid, vec![f]), order).is_some()
    };
    for order in [2, 4, 6] {
        assert!(!hamilton(1.0, order) && hamilton(-1.0, order));
    }
    // Whose flow may turn.
    assert_eq!(burgers(1.0, [shut(), shut()]), None);
}

#[test]
fn diffusion_and_waves_need_a_condition_at_each_side() {
    let curved = || laplacian(1, &u());
    let sides = [given(), shut(), mixed()];
    for order in [2, 4] {
        let said =
            |rate: Term, sides: [Boundary; 2]| fault(&between(12, rate, sides), order);
        for low in &sides {
            for high in &sides {
                let both = || [low.clone(), high.clone()];
                for drift in [-3.0, 0.0, 3.0] {
                    let drift = product(&[number(drift), d(0, u())]);
                    let rate = sum(&[curved(), drift, product(&[number(5.0), u()])]);
                    assert_eq!(said(rate, both()), None);
                }
                let mut wave = between(12, curved(), both());
                wave.fields[0].order = 2;
                assert_eq!(fault(&wave, order), None);
            }
            let (message, hint) =
                said(curved(), [low.clone(), Boundary::Outflow]).unwrap();
            assert_eq!(
                message,
                "u diffuses through x = 1, and nothing is prescribed there"
            );
            assert!(hint.starts_with("neumann at x = 1"), "{hint}");
        }
        // What a drift carries out may leave.
        let carried = sum(&[product(&[number(0.01), curved()]), minus(d(0, u()))]);
        assert_eq!(said(carried.clone(), [given(), Boundary::Outflow]), None);
        assert!(said(carried, [Boundary::Outflow, given()]).is_some());
        let mut wave =
            between(12, product(&[number(4.0), curved()]), [given(), Boundary::Outflow]);
        wave.fields[0].order = 2;
        let (_, hint) = fault(&wave, order).unwrap();
        assert_eq!(hint, "absorbing(2) lets waves leave");
        wave.fields[0].boundaries[0][1] = Boundary::Absorbing { speed: number(2.0) };
        assert_eq!(fault(&wave, order), None);
    }
    // Beams, with two conditions at each side by the mirror image.
    let fourth = minus(d(0, d(0, d(0, d(0, u())))));
    for second in [1, 2] {
        let mut beam = between(12, fourth.clone(), [given(), shut()]);
        beam.fields[0].order = second;
        assert_eq!(fault(&beam, 2), None);
    }
    // Third derivatives have no fitting sides.
    let third = d(0, d(0, d(0, u())));
    for sides in [[given(), given()], [shut(), shut()], [given(), Boundary::Outflow]] {
        for rate in [third.clone(), sum(&[minus(third.clone()), curved()])] {
            assert!(fault(&between(12, rate, sides.clone()), 2).is_some());
        }
    }
    let fifth = d(0, d(0, third.clone()));
    let (message, _) = fault(&between(16, fifth, [given(), given()]), 2).unwrap();
    assert!(message.contains("two conditions at one end and three"), "{message}");
    let ring = Grid { axes: vec![axis("x", 0.0, 1.0, 12, true)], mask: None };
    let f = field(&ring, minus(third), |_| 0.0);
    assert_eq!(fault(&system(ring, vec![f]), 2), None);
}

/// Speeds, diffusivities and factors of third derivatives that end at the side, or change there within less than a cell, are those at the side.
#[test]
fn what_ends_at_a_side_asks_for_nothing_there() {
    let out = || Boundary::Outflow;
    let to_the_right = |speed: Term| product(&[speed, minus(d(0, u()))]);
    let root = call(Function::SquareRoot, x(0));
    let decay = call(Function::Exponential, product(&[number(-100.0), x(0)]));
    let layer = sum(&[number(1.0), minus(decay)]);
    let cube = power(x(0), 3.0);
    for order in [2, 4] {
        let said =
            |rate: Term, sides: [Boundary; 2]| fault(&between(6, rate, sides), order);
        for speed in [x(0), root.clone(), layer.clone(), cube.clone()] {
            assert_eq!(said(to_the_right(speed.clone()), [out(), out()]), None);
            // Where it flows out, a value is one too many all the same.
            assert!(said(to_the_right(speed), [out(), given()]).is_some());
        }
        let carried = minus(d(0, product(&[x(0), u()])));
        assert_eq!(said(carried.clone(), [out(), out()]), None);
        assert_eq!(said(carried, [given(), out()]), None);
        // Black and Scholes: ½S²∂² + S∂ − 1.
        let option = sum(&[
            product(&[number(0.5), power(x(0), 2.0), d(0, d(0, u()))]),
            product(&[x(0), d(0, u())]),
            minus(u()),
        ]);
        assert_eq!(said(option.clone(), [out(), given()]), None);
        assert!(said(option, [out(), out()]).is_some());
        let ending = d(0, product(&[x(0), d(0, u())]));
        assert_eq!(said(ending, [out(), given()]), None);
    }
    // A moment at which the flow turns.
    let bell = product(&[number(-400.0), power(sum(&[Term::Time, number(-4.7)]), 2.0)]);
    let bell = product(&[number(-2.0), call(Function::Exponential, bell)]);
    let rate = product(&[sum(&[number(1.0), bell]), minus(d(0, u()))]);
    let turning = between(12, rate, [given(), given()]);
    let options =
        SpaceOptions { order: 2, times: (0.0, 10.0), ..SpaceOptions::default() };
    assert_eq!(discretise(&turning, &options).unwrap().faulty_sides, None);
    // A nonlinear flow that the value prescribed brings to rest at the side.
    let burgers = |value: f64| {
        let rate = product(&[number(-0.5), d(0, power(u(), 2.0))]);
        let grid = interval(12);
        let mut f = field(&grid, rate, |_| 1.0);
        f.boundaries = vec![[given(), Boundary::Dirichlet(number(value))]];
        fault(&system(grid, vec![f]), 2)
    };
    assert_eq!(burgers(0.0), None);
    assert_eq!(burgers(-1.0), None);
    assert!(burgers(1.0).is_some());
}

/// Third derivatives of some combinations alone: what leads of η_t + u_x = 0, u_t + η_x − η_xxx = 0 (Boussinesq) is that of a beam, λ² = −k² − k⁴,
/// with two conditions at each side. Beside second derivatives that the grid feels more, a third derivative decides nothing.
#[test]
fn third_derivatives_beside_even_ones() {
    let third = |term: Term| d(0, d(0, d(0, term)));
    let waves = [
        (minus(d(0, of(1))), [given(), given()]),
        (sum(&[minus(d(0, of(0))), third(of(0))]), [shut(), shut()]),
    ];
    assert_eq!(fault(&several(&waves), 2), None);
    // u_t = u_xx − v_xxx/10, v_t = v_xx: triangular, so that it is diffusion that leads.
    let tenth = product(&[number(-0.1), third(of(1))]);
    let both = [
        (sum(&[laplacian(1, &of(0)), tenth]), [given(), given()]),
        (laplacian(1, &of(1)), [given(), given()]),
    ];
    assert_eq!(fault(&several(&both), 2), None);
    let smooth =
        |factor: f64| sum(&[laplacian(1, &u()), product(&[number(factor), third(u())])]);
    assert_eq!(fault(&between(12, smooth(0.01), [given(), given()]), 2), None);
    assert!(fault(&between(12, smooth(1.0), [given(), given()]), 2).is_some());
    // Two of Korteweg and de Vries, opposite ways.
    let pair =
        [(third(of(0)), [given(), given()]), (minus(third(of(1))), [given(), given()])];
    assert!(fault(&several(&pair), 2).is_some());
}

#[test]
fn systems_are_told_by_their_characteristics() {
    let out = || Boundary::Outflow;
    let sound = |first: [Boundary; 2], second: [Boundary; 2]| {
        let pair = [(minus(d(0, of(1))), first), (minus(d(0, of(0))), second)];
        fault(&several(&pair), 2)
    };
    // A cavity: the electric field 0 at conductors, the slope of the magnetic one, or nothing of it, prescribed.
    assert_eq!(sound([given(), given()], [shut(), shut()]), None);
    assert_eq!(sound([given(), given()], [out(), out()]), None);
    assert_eq!(sound([given(), out()], [out(), given()]), None);
    assert_eq!(sound([shut(), shut()], [given(), given()]), None);
    let (message, _) = sound([given(), given()], [given(), out()]).unwrap();
    assert_eq!(
        message,
        "2 values of u are prescribed at x = 0, and what flows out through it leaves 1 of them free"
    );
    let (message, _) = sound([given(), out()], [out(), out()]).unwrap();
    assert_eq!(
        message,
        "of u, 1 combination flows in through x = 1, and the values prescribed there determine 0"
    );
    // Two that are coupled without derivatives, one to the right and one to the left.
    let coupled = |first: [Boundary; 2], second: [Boundary; 2]| {
        let pair = [
            (sum(&[minus(d(0, of(0))), of(1)]), first),
            (sum(&[d(0, of(1)), minus(of(0))]), second),
        ];
        fault(&several(&pair), 2)
    };
    assert_eq!(coupled([given(), out()], [out(), given()]), None);
    assert!(coupled([out(), given()], [given(), out()]).is_some());
    // Both supersonic: both in, and none out.
    let fast = |first: [Boundary; 2], second: [Boundary; 2]| {
        let rate = |own: usize, other: usize| {
            sum(&[product(&[number(-2.0), d(0, of(own))]), minus(d(0, of(other)))])
        };
        fault(&several(&[(rate(0, 1), first), (rate(1, 0), second)]), 2)
    };
    assert_eq!(fast([given(), out()], [given(), out()]), None);
    assert!(fast([given(), out()], [out(), given()]).is_some());
    // One that does not move along takes any condition, as the third component of a field beside a wall.
    let three = [
        (minus(d(0, of(1))), [given(), given()]),
        (minus(d(0, of(0))), [shut(), shut()]),
        (of(0), [given(), given()]),
    ];
    assert_eq!(fault(&several(&three), 2), None);
    // A system of the wave equation and of diffusion, as two of first order.
    let waves = [(of(1), [given(), shut()]), (laplacian(1, &of(0)), [given(), shut()])];
    assert_eq!(fault(&several(&waves), 2), None);
    // Schrödinger's and Dirac's equations as complex fields.
    let grid = interval(12);
    let mut f = field(&grid, product(&[complex(0.0, 0.5), laplacian(1, &u())]), |_| 0.0);
    f.complex = true;
    f.boundaries = vec![[given(), given()]];
    assert_eq!(fault(&system(grid.clone(), vec![f]), 2), None);
    let dirac = |first: [Boundary; 2], second: [Boundary; 2]| {
        let component = |own: usize, sign: f64, sides: [Boundary; 2]| {
            let mass = product(&[complex(0.0, sign), of(own)]);
            let rate = sum(&[minus(d(0, of(1 - own))), mass]);
            let mut f = field(&grid, rate, |_| 0.0);
            f.complex = true;
            f.boundaries = vec![sides];
            f
        };
        let fields = vec![component(0, -1.0, first), component(1, 1.0, second)];
        fault(&system(grid.clone(), fields), 2)
    };
    assert_eq!(dirac([given(), out()], [out(), given()]), None);
    assert_eq!(dirac([given(), given()], [shut(), shut()]), None);
    assert!(dirac([given(), given()], [given(), given()]).is_some());
}

/// In the plane, a side at a time, and only where all of it agrees.
#[test]
fn flows_in_the_plane() {
    let axes = vec![axis("x", -1.0, 1.0, 8, false), axis("y", -1.0, 1.0, 8, false)];
    let grid = Grid { axes, mask: None };
    let said = |rate: Term, sides: [[Boundary; 2]; 2]| {
        let mut f = field(&grid, rate, |_| 0.0);
        f.boundaries = sides.to_vec();
        fault(&system(grid.clone(), vec![f]), 2)
    };
    let out = || Boundary::Outflow;
    let turn =
        sum(&[product(&[x(1), d(0, u())]), product(&[number(-1.0), x(0), d(1, u())])]);
    assert_eq!(said(turn, [[given(), given()], [given(), given()]]), None);
    let swept = sum(&[minus(d(0, u())), product(&[number(0.1), d(1, d(1, u()))])]);
    assert_eq!(said(swept.clone(), [[given(), out()], [shut(), shut()]]), None);
    let (message, hint) = said(swept, [[given(), given()], [shut(), shut()]]).unwrap();
    assert_eq!(message, "u flows out through x = 1, and its value is prescribed there");
    assert_eq!(hint, "[dirichlet(…), outflow] along x");
}

/// The norm of exp(4 L), L the matrix between the sides, tells the same by itself: of two coupled fields with any of three conditions
/// at both sides, those that are called faulty, and no others, have one that grows with the number of cells.
#[test]
fn what_is_faulty_grows_with_the_cells() {
    let conditions = [given(), shut(), Boundary::Outflow];
    // Sound; one to the right and one to the left, coupled by sources.
    let rates = [
        [minus(d(0, of(1))), minus(d(0, of(0)))],
        [sum(&[minus(d(0, of(0))), of(1)]), sum(&[d(0, of(1)), of(0)])],
    ];
    let most = |rates: &[Term; 2], sides: [usize; 4], n: usize, order: usize| {
        let grid = interval(n);
        let fields = (0..2).map(|k| {
            let mut f = field(&grid, rates[k].clone(), |_| 0.0);
            f.boundaries =
                vec![[0, 1].map(|side| conditions[sides[2 * k + side]].clone())];
            f
        });
        let system = system(grid.clone(), fields.collect());
        let faulty = fault(&system, order).is_some();
        let mut plain = Plain::new(&system, order);
        let mut matrix = vec![vec![0.0; 2 * n]; 2 * n];
        for column in 0..2 * n {
            for plane in 0..2 {
                let mut unit = vec![0.0; n];
                if column / n == plane {
                    unit[column % n] = 1.0;
                }
                plain.set(plane, &unit);
            }
            for (plane, rate) in plain.rates(0.0).into_iter().enumerate() {
                for (row, value) in rate.into_iter().enumerate() {
                    matrix[plane * n + row][column] = value;
                }
            }
        }
        (faulty, size_of_exponential(matrix, 4.0))
    };
    let (mut accepted, mut growing) = (0, 0);
    for rates in &rates {
        for code in 0..81 {
            let sides = [code % 3, code / 3 % 3, code / 9 % 3, code / 27];
            let (faulty, few) = most(rates, sides, 8, 2);
            let (_, many) = most(rates, sides, 16, 2);
            let grows = many > 1.5 * few + 0.5;
            accepted += u32::from(!faulty);
            growing += u32::from(grows);
            assert_eq!(faulty, grows, "{rates:?} {sides:?}: {few} {many}");
        }
    }
    assert_eq!((accepted, growing), (20, 142));
}

/// The largest singular value of exp(time · matrix).
fn size_of_exponential(matrix: Vec<Vec<f64>>, time: f64) -> f64 {
    let n = matrix.len();
    let times = |a: &[Vec<f64>], b: &[Vec<f64>]| -> Vec<Vec<f64>> {
        let line = |row: &Vec<f64>| {
            let mut sum = vec![0.0; n];
            for (factor, other) in row.iter().zip(b) {
                if *factor != 0.0 {
                    for (sum, entry) in sum.iter_mut().zip(other) {
                        *sum += factor * entry;
                    }
                }
            }
            sum
        };
        a.iter().map(line).collect()
    };
    let unit: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    // Squared twelve times; the series of a matrix that is small then.
    let scaled: Vec<Vec<f64>> = matrix
        .iter()
        .map(|row| row.iter().map(|x| x * time / 4096.0).collect())
        .collect();
    let mut exponential = unit.clone();
    for k in (1..=8).rev() {
        let mut next = times(&scaled, &exponential);
        for (row, unit) in next.iter_mut().zip(&unit) {
            for (entry, unit) in row.iter_mut().zip(unit) {
                *entry = *entry / f64::from(k) + unit;
            }
        }
        exponential = next;
    }
    for _ in 0..12 {
        exponential = times(&exponential, &exponential);
    }
    // Power iteration for the largest singular value.
    let mut vector: Vec<f64> = (0..n).map(|k| 1.0 + 0.3 * (k as f64).sin()).collect();
    let mut size = 0.0;
    for _ in 0..60 {
        let image: Vec<f64> = exponential
            .iter()
            .map(|row| row.iter().zip(&vector).map(|(a, b)| a * b).sum())
            .collect();
        let back: Vec<f64> = (0..n)
            .map(|j| exponential.iter().zip(&image).map(|(row, x)| row[j] * x).sum())
            .collect();
        let norm = back.iter().map(|x: &f64| x * x).sum::<f64>().sqrt();
        size = norm.sqrt();
        if norm == 0.0 {
            return 0.0;
        }
        vector = back.into_iter().map(|x| x / norm).collect();
    }
    size
}
