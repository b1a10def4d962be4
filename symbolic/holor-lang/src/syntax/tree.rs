//! The height of a tree, its parts, and trees with other parts.

use crate::Result;
use crate::ast::{
    Argument, Ast, AstKind, BinaryOperator, MAX_HEIGHT, Statement, StatementKind,
};

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

/// Replaces outermost parts of a tree, where the function gives what they become.
pub(crate) fn replace(
    ast: &mut Ast,
    with: &mut dyn FnMut(&Ast) -> Result<Option<Ast>>,
) -> Result<()> {
    if let Some(new) = with(ast)? {
        *ast = new;
        return Ok(());
    }
    match &mut ast.kind {
        AstKind::Unary(_, inner)
        | AstKind::Transpose(inner)
        | AstKind::Factorial(inner)
        | AstKind::Absolute(inner)
        | AstKind::Member(inner, _) => replace(inner, with),
        AstKind::Binary(_, left, right) => {
            replace(left, with)?;
            replace(right, with)
        }
        AstKind::Chain(first, rest) => {
            replace(first, with)?;
            rest.iter_mut()
                .try_for_each(|(_, part): &mut (BinaryOperator, Ast)| replace(part, with))
        }
        AstKind::Comparison(items, _) | AstKind::List(items) => {
            items.iter_mut().try_for_each(|item| replace(item, with))
        }
        AstKind::Call { callee, arguments, .. } => {
            if !matches!(callee.kind, AstKind::Name(_)) {
                replace(callee, with)?;
            }
            arguments.iter_mut().try_for_each(|argument: &mut Argument| {
                replace(&mut argument.value, with)
            })
        }
        AstKind::Index { target, indices } => {
            replace(target, with)?;
            indices.iter_mut().try_for_each(|index| replace(&mut index.value, with))
        }
        AstKind::If { condition, then, otherwise } => {
            replace(condition, with)?;
            replace(then, with)?;
            otherwise.as_mut().map_or(Ok(()), |it| replace(it, with))
        }
        _ => Ok(()),
    }
}
