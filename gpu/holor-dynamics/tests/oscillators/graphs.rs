//! Graphs: their edges, degrees and parts.

use holor_dynamics::oscillators::Graph;

#[test]
fn ready_graphs_have_their_degrees() {
    assert_eq!(Graph::complete(5).unwrap().degrees(), [4; 5]);
    assert_eq!(Graph::ring(7, 2).unwrap().degrees(), [4; 7]);
    assert_eq!(Graph::path(4).unwrap().degrees(), [1, 2, 2, 1]);
    assert_eq!(Graph::star(4).unwrap().degrees(), [3, 1, 1, 1]);
    assert_eq!(Graph::grid(&[3, 4, 5], true).unwrap().degrees(), [6; 60]);
    let open = Graph::grid(&[3, 4], false).unwrap();
    assert_eq!(open.edges(), 2 * (2 * 4 + 3 * 3));
    assert_eq!(open.degrees()[..4], [2, 3, 3, 2]);
    assert_eq!(open.row(5).0, [1, 4, 6, 9]);
    assert_eq!(Graph::grid(&[5], true).unwrap(), Graph::ring(5, 1).unwrap());
    for graph in [Graph::path(4), Graph::star(9), Graph::grid(&[3, 3], true)] {
        assert!(graph.unwrap().is_connected());
    }
}

#[test]
fn edge_lists_are_directed_and_weighted() {
    let graph = Graph::from_edges(4, &[(0, 1, 2.0), (0, 1, 0.5), (2, 0, -1.0)]).unwrap();
    assert_eq!(graph.row(0), (&[1u32][..], &[2.5][..]));
    assert_eq!(graph.row(2), (&[0u32][..], &[-1.0][..]));
    assert_eq!(graph.strengths(), [2.5, 0.0, -1.0, 0.0]);
    assert_eq!(graph.components(), 2);
    assert_eq!(graph.normalised().strengths(), [1.0, 0.0, 1.0, 0.0]);
    let error = Graph::from_edges(2, &[(0, 2, 1.0)]).unwrap_err();
    assert!(error.message().contains("names a node that does not exist"));
    assert!(Graph::from_edges(2, &[(0, 1, f64::NAN)]).is_err());
}

fn symmetric(graph: &Graph) -> bool {
    (0..graph.nodes()).all(|i| {
        graph
            .row(i)
            .0
            .iter()
            .all(|j| *j as usize != i && graph.row(*j as usize).0.contains(&(i as u32)))
    })
}

#[test]
fn random_graphs_are_as_defined_and_reproducible() {
    let random = Graph::erdos_renyi(400, 0.05, 3).unwrap();
    let expected = 0.05 * 399.0 * 400.0;
    // Five standard deviations of the number of directed edges, twice the binomial one.
    assert!((random.edges() as f64 - expected).abs() < 5.0 * (2.0 * expected).sqrt());
    assert!(symmetric(&random));
    assert_eq!(random, Graph::erdos_renyi(400, 0.05, 3).unwrap());
    assert_ne!(random, Graph::erdos_renyi(400, 0.05, 4).unwrap());
    assert_eq!(Graph::erdos_renyi(30, 1.0, 1).unwrap(), Graph::complete(30).unwrap());
    assert_eq!(Graph::erdos_renyi(30, 0.0, 1).unwrap().edges(), 0);
    // Far below the threshold 1/n it falls apart; above ln n / n it hangs together.
    assert!(Graph::erdos_renyi(400, 0.0005, 3).unwrap().components() > 200);
    assert!(random.is_connected());

    let small = Graph::watts_strogatz(200, 6, 0.1, 7).unwrap();
    assert_eq!(small.edges(), 200 * 6);
    assert!(symmetric(&small));
    assert_eq!(small, Graph::watts_strogatz(200, 6, 0.1, 7).unwrap());
    assert_eq!(
        Graph::watts_strogatz(50, 4, 0.0, 7).unwrap(),
        Graph::ring(50, 2).unwrap()
    );
    let moved = (0..200)
        .flat_map(|i| small.row(i).0.iter().map(move |j| (i, *j as usize)))
        .filter(|(i, j)| (i.abs_diff(*j)).min(200 - i.abs_diff(*j)) > 3)
        .count();
    assert!((60..180).contains(&moved), "{moved}");

    let free = Graph::barabasi_albert(500, 3, 2).unwrap();
    assert_eq!(free.edges(), 2 * (3 + 3 * (500 - 4)));
    assert!(symmetric(&free) && free.is_connected());
    assert_eq!(free, Graph::barabasi_albert(500, 3, 2).unwrap());
    // Hubs: far beyond the mean degree 6.
    assert!(free.degrees().into_iter().max().unwrap() > 30);
}

#[test]
fn impossible_graphs_are_refused() {
    assert!(Graph::ring(2, 1).is_err());
    assert!(Graph::grid(&[2, 5], true).is_err());
    assert!(Graph::watts_strogatz(10, 3, 0.1, 0).is_err());
    assert!(Graph::barabasi_albert(3, 3, 0).is_err());
    assert!(Graph::erdos_renyi(3, 1.5, 0).is_err());
    assert!(Graph::complete(1_000_000).is_err());
}
