//! The height of a tree.

use crate::ast::{Ast, AstKind, MAX_HEIGHT, Statement, StatementKind};

/// Whether a tree is higher than [`MAX_HEIGHT`].
pub(super) fn is_too_high(root: &Ast) -> bool {
    let mut todo = vec![(root, 1)];
    let mut children = Vec::new();
    while let Some((ast, height)) = todo.pop() {
        if height > MAX_HEIGHT {
            return true;
        }
        self::children(ast, &mut children);
        todo.extend(children.drain(..).map(|it| (it, height + 1)));
    }
    false
}

/// Puts the parts of a node into a list.
pub(crate) fn children<'a>(ast: &'a Ast, out: &mut Vec<&'a Ast>) {
    match &ast.kind {
        AstKind::Number(_)
        | AstKind::Text(_)
        | AstKind::Name(_)
        | AstKind::Truth(_)
        | AstKind::Previous(_)
        | AstKind::Error => {}
        AstKind::Unary(_, it)
        | AstKind::Transpose(it)
        | AstKind::Factorial(it)
        | AstKind::Absolute(it)
        | AstKind::Member(it, _) => out.push(it),
        AstKind::Binary(_, left, right) => out.extend([&**left, &**right]),
        AstKind::Chain(first, rest) => {
            out.push(first);
            out.extend(rest.iter().map(|(_, it)| it));
        }
        AstKind::Comparison(items, _) | AstKind::List(items) => out.extend(items),
        AstKind::Call { callee, arguments, .. } => {
            out.push(callee);
            out.extend(arguments.iter().map(|it| &it.value));
        }
        AstKind::Index { target, indices } => {
            out.push(target);
            out.extend(indices.iter().map(|it| &it.value));
        }
        AstKind::Where { value, conditions } => {
            out.push(value);
            out.extend(conditions);
        }
        AstKind::Range { start, end, step } => {
            out.extend([&**start, &**end]);
            out.extend(step.as_deref());
        }
        AstKind::Lambda { body, .. } => out.push(body),
        AstKind::Block(statements) => {
            for it in statements {
                push_parts(it, out);
            }
        }
        AstKind::If { condition, then, otherwise } => {
            out.extend([&**condition, &**then]);
            out.extend(otherwise.as_deref());
        }
        AstKind::For { items, body, .. } => out.extend([&**items, &**body]),
        AstKind::While { condition, body } => out.extend([&**condition, &**body]),
    }
}

fn push_parts<'a>(statement: &'a Statement, out: &mut Vec<&'a Ast>) {
    match &statement.kind {
        StatementKind::Expression(value)
        | StatementKind::Assign { value, .. }
        | StatementKind::Destructure { value, .. } => out.push(value),
        StatementKind::AssignIndexed { indices, value, .. } => {
            out.extend(indices.iter().map(|it| &it.value));
            out.push(value);
        }
        StatementKind::Define { body, .. } => out.push(body),
        StatementKind::Symbols(declarations) => {
            out.extend(declarations.iter().flat_map(|it| &it.conditions));
        }
        StatementKind::Functions(_)
        | StatementKind::Clear(_)
        | StatementKind::Help(_)
        | StatementKind::Magic { .. } => {}
    }
}
