//! A small reader of formulas for tests, independent of the language's own parser.
#![allow(dead_code, missing_docs, reason = "each test uses a part of it")]

use holor_algebra::{
    Assumptions, Constant, Decimal, Engine, Expr, Function, Interrupt, Property,
    Relation, Symbol,
};

/// An engine with `"x real, n integer positive"` assumed.
pub(crate) fn engine(assumed: &str) -> Engine {
    let mut assumptions = Assumptions::new();
    for part in assumed.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        if part.contains(['<', '>']) {
            assumptions.assume_condition(ex(part));
            continue;
        }
        let mut words = part.split_whitespace();
        let symbol = Symbol::new(words.next().expect("a symbol"));
        for word in words {
            let property = match word {
                "real" => Property::Real,
                "rational" => Property::Rational,
                "integer" => Property::Integer,
                "even" => Property::Even,
                "odd" => Property::Odd,
                "positive" => Property::Positive,
                "negative" => Property::Negative,
                "nonnegative" => Property::NonNegative,
                "nonzero" => Property::NonZero,
                other => panic!("unknown property {other}"),
            };
            assumptions.assume(symbol.clone(), property);
        }
    }
    Engine::new(assumptions, Interrupt::new())
}

pub(crate) fn sym(name: &str) -> Symbol {
    Symbol::new(name)
}

/// Reads a formula such as `sin(x)^2 + 2*y(x)`.
pub(crate) fn ex(text: &str) -> Expr {
    let mut reader = Reader { text: text.chars().collect(), at: 0 };
    let expr = reader.relation();
    reader.space();
    assert_eq!(reader.at, reader.text.len(), "unread rest in {text}");
    expr
}

struct Reader {
    text: Vec<char>,
    at: usize,
}

impl Reader {
    fn space(&mut self) {
        while self.text.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    fn take(&mut self, wanted: &str) -> bool {
        self.space();
        let wanted: Vec<char> = wanted.chars().collect();
        let found = self.text[self.at..].starts_with(&wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    fn relation(&mut self) -> Expr {
        let left = self.sum();
        for (sign, relation) in [
            ("==", Relation::Equal),
            ("!=", Relation::NotEqual),
            ("<=", Relation::LessEqual),
            (">=", Relation::GreaterEqual),
            ("<", Relation::Less),
            (">", Relation::Greater),
        ] {
            if self.take(sign) {
                return Expr::relation(relation, left, self.sum());
            }
        }
        left
    }

    fn sum(&mut self) -> Expr {
        let mut terms =
            vec![if self.take("-") { self.product().negate() } else { self.product() }];
        loop {
            if self.take("+") {
                terms.push(self.product());
            } else if self.take("-") {
                terms.push(self.product().negate());
            } else {
                return Expr::add(terms);
            }
        }
    }

    fn product(&mut self) -> Expr {
        let mut factors = vec![self.power()];
        loop {
            if self.take("*") {
                factors.push(self.power());
            } else if self.take("/") {
                factors.push(self.power().reciprocal());
            } else {
                return Expr::mul(factors);
            }
        }
    }

    fn power(&mut self) -> Expr {
        if self.take("-") {
            return self.power().negate();
        }
        let base = self.atom();
        if self.take("^") { Expr::power(base, self.power()) } else { base }
    }

    fn arguments(&mut self) -> Vec<Expr> {
        let mut items = Vec::new();
        while !self.take(")") {
            items.push(self.relation());
            self.take(",");
        }
        items
    }

    fn atom(&mut self) -> Expr {
        if self.take("(") {
            let inner = self.relation();
            assert!(self.take(")"), "missing )");
            return inner;
        }
        self.space();
        let start = self.at;
        let is_word = |c: &char| c.is_alphanumeric() || *c == '_' || *c == '\'';
        if self.text[start].is_ascii_digit() {
            while self.text.get(self.at).is_some_and(|c| c.is_ascii_digit() || *c == '.')
            {
                self.at += 1;
            }
            let number: String = self.text[start..self.at].iter().collect();
            return match number.contains('.') {
                true => Expr::decimal(Decimal::parse(&number).expect("a decimal")),
                false => Expr::integer(
                    number.parse::<holor_algebra::BigInt>().expect("digits"),
                ),
            };
        }
        while self.text.get(self.at).is_some_and(is_word) {
            self.at += 1;
        }
        let name: String = self.text[start..self.at].iter().collect();
        assert!(!name.is_empty(), "nothing readable at {start}");
        if self.take("(") {
            let items = self.arguments();
            return match name.as_str() {
                "sqrt" => items[0].sqrt(),
                "exp" => items[0].exp(),
                _ => match Function::from_name(&name) {
                    Some(Function::Derivative) if items.len() == 2 => {
                        let mut items = items;
                        items.push(Expr::one());
                        Expr::call(Function::Derivative, items)
                    }
                    Some(function) => Expr::call(function, items),
                    None => Expr::apply(Symbol::new(&name), items),
                },
            };
        }
        match name.as_str() {
            "pi" => Expr::pi(),
            "e" => Expr::e(),
            "i" => Expr::i(),
            "oo" => Expr::infinity(),
            "EulerGamma" => Expr::constant(Constant::EulerGamma),
            _ => Expr::symbol(&name),
        }
    }
}
