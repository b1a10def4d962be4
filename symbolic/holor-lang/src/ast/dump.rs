//! Trees as s-expressions, for tests and for looking at.

use std::fmt::Write;

use super::{
    Argument, Ast, AstKind, BinaryOperator, Cell, ComparisonOperator, Index,
    IndexPosition, Name, Statement, StatementKind, UnaryOperator,
};

/// Writes a cell as s-expressions, a line per statement: `(+ x (^ y 2))`.
///
/// Chains have their operators before each operand but the first, so `a + b - c` is `(chain a + b - c)`; with one
/// operator they are written `(+ a b)`.
pub fn dump(cell: &Cell) -> String {
    cell.statements.iter().map(statement).collect::<Vec<_>>().join("\n")
}

fn statement(it: &Statement) -> String {
    let text = match &it.kind {
        StatementKind::Expression(value) => ast(value),
        StatementKind::Assign { name, value } => {
            format!("(= {} {})", name.symbol, ast(value))
        }
        StatementKind::Destructure { names, value } => {
            format!("(= [{}] {})", name_list(names), ast(value))
        }
        StatementKind::AssignIndexed { name, indices, value } => {
            format!("(= (index {}{}) {})", name.symbol, index_list(indices), ast(value))
        }
        StatementKind::Define { name, parameters, body } => {
            format!("(define {} [{}] {})", name.text, name_list(parameters), ast(body))
        }
        StatementKind::Symbols(declarations) => {
            let mut out = String::from("(symbols");
            for it in declarations {
                let _ = write!(out, " ([{}]", name_list(&it.names));
                for property in &it.properties {
                    let _ = write!(out, " {}", property.text);
                }
                let _ = write!(out, "{})", spaced(&it.conditions));
            }
            out + ")"
        }
        StatementKind::Functions(names) => format!("(function {})", name_list(names)),
        StatementKind::Clear(names) => format!("(clear [{}])", name_list(names)),
        StatementKind::Help(name) => format!("(help {})", name.text),
        StatementKind::Magic { name, arguments, body, .. } => match body {
            Some((body, _)) => format!("(%% {} {arguments:?} {body:?})", name.text),
            None => format!("(% {} {arguments:?})", name.text),
        },
    };
    if it.silent { text + ";" } else { text }
}

fn ast(it: &Ast) -> String {
    match &it.kind {
        AstKind::Number(text) => text.to_string(),
        AstKind::Text(text) => format!("{text:?}"),
        AstKind::Name(name) => name.symbol.to_string(),
        AstKind::Truth(value) => value.to_string(),
        AstKind::Previous(None) => "_".into(),
        AstKind::Previous(Some(number)) => format!("_{number}"),
        AstKind::Unary(operator, value) => {
            let operator = match operator {
                UnaryOperator::Minus => "-",
                UnaryOperator::Plus => "+",
                UnaryOperator::Not => "not",
            };
            format!("({operator} {})", ast(value))
        }
        AstKind::Binary(operator, left, right) => {
            format!("({} {} {})", symbol(*operator), ast(left), ast(right))
        }
        AstKind::Chain(first, rest) => match rest.as_slice() {
            [(operator, second)] => {
                format!("({} {} {})", symbol(*operator), ast(first), ast(second))
            }
            _ => {
                let mut out = format!("(chain {}", ast(first));
                for (operator, value) in rest {
                    let _ = write!(out, " {} {}", symbol(*operator), ast(value));
                }
                out + ")"
            }
        },
        AstKind::Comparison(operands, operators) => {
            let mut out = String::from("(compare");
            for (position, operand) in operands.iter().enumerate() {
                if let Some(operator) =
                    position.checked_sub(1).and_then(|p| operators.get(p))
                {
                    let _ = write!(out, " {}", comparison(*operator));
                }
                let _ = write!(out, " {}", ast(operand));
            }
            out + ")"
        }
        AstKind::Transpose(value) => format!("(' {})", ast(value)),
        AstKind::Factorial(value) => format!("(! {})", ast(value)),
        AstKind::Absolute(value) => format!("(abs {})", ast(value)),
        AstKind::Call { callee, arguments, spaced } => {
            let head = if *spaced { "call?" } else { "call" };
            let mut out = format!("({head} {}", ast(callee));
            for Argument { name, value } in arguments {
                let _ = match name {
                    Some(name) => write!(out, " {}={}", name.symbol, ast(value)),
                    None => write!(out, " {}", ast(value)),
                };
            }
            out + ")"
        }
        AstKind::Index { target, indices } => {
            format!("(index {}{})", ast(target), index_list(indices))
        }
        AstKind::Member(value, name) => format!("(. {} {})", ast(value), name.text),
        AstKind::List(items) => format!("(list{})", spaced(items)),
        AstKind::Where { value, conditions } => {
            format!("(where {}{})", ast(value), spaced(conditions))
        }
        AstKind::Range { start, end, step } => match step {
            Some(step) => format!("(.. {} {} {})", ast(start), ast(end), ast(step)),
            None => format!("(.. {} {})", ast(start), ast(end)),
        },
        AstKind::Lambda { parameters, body } => {
            format!("(-> [{}] {})", name_list(parameters), ast(body))
        }
        AstKind::Block(statements) => {
            let mut out = String::from("(block");
            for it in statements {
                let _ = write!(out, " {}", statement(it));
            }
            out + ")"
        }
        AstKind::If { condition, then, otherwise } => match otherwise {
            Some(otherwise) => {
                format!("(if {} {} {})", ast(condition), ast(then), ast(otherwise))
            }
            None => format!("(if {} {})", ast(condition), ast(then)),
        },
        AstKind::For { variable, items, body } => {
            format!("(for {} {} {})", variable.symbol, ast(items), ast(body))
        }
        AstKind::While { condition, body } => {
            format!("(while {} {})", ast(condition), ast(body))
        }
        AstKind::Error => "<error>".into(),
    }
}

fn spaced(items: &[Ast]) -> String {
    items.iter().map(|it| format!(" {}", ast(it))).collect()
}

fn name_list(names: &[Name]) -> String {
    names.iter().map(|it| &*it.symbol).collect::<Vec<_>>().join(" ")
}

fn index_list(indices: &[Index]) -> String {
    let mut out = String::new();
    for it in indices {
        let mark = match it.position {
            IndexPosition::Plain => "",
            IndexPosition::Up => "^",
            IndexPosition::Down => "_",
        };
        let _ = write!(out, " {mark}{}", ast(&it.value));
    }
    out
}

fn symbol(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Dot => "·",
        BinaryOperator::Cross => "×",
        BinaryOperator::Juxtapose => "~",
        BinaryOperator::Divide => "/",
        BinaryOperator::Power => "^",
        BinaryOperator::ElementMultiply => ".*",
        BinaryOperator::ElementDivide => "./",
        BinaryOperator::ElementPower => ".^",
        BinaryOperator::Wedge => "∧",
        BinaryOperator::Tensor => "⊗",
        BinaryOperator::And => "and",
        BinaryOperator::Or => "or",
    }
}

fn comparison(operator: ComparisonOperator) -> &'static str {
    match operator {
        ComparisonOperator::Equal => "==",
        ComparisonOperator::NotEqual => "!=",
        ComparisonOperator::Less => "<",
        ComparisonOperator::LessEqual => "<=",
        ComparisonOperator::Greater => ">",
        ComparisonOperator::GreaterEqual => ">=",
    }
}
