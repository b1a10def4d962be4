//! Dependencies between the crates point one way. A new edge is a decision: it is its own change, made here.

use serde_json::Value;

use crate::workspace::Workspace;

/// Each crate and the crates of ours that it may use, lowest first.
const LAYERS: &[(&str, &[&str])] = &[
    ("holor-macros", &[]),
    ("holor-polynomial", &[]),
    ("holor-algebra", &["holor-polynomial"]),
    ("holor-geometry", &["holor-algebra"]),
    ("holor-coherence", &[]),
    ("holor-dynamics", &[]),
    ("holor-field", &[]),
    ("holor-field-cpu", &["holor-field"]),
    ("holor-field-cuda", &["holor-field"]),
    (
        "holor-lang",
        &[
            "holor-macros",
            "holor-algebra",
            "holor-geometry",
            "holor-coherence",
            "holor-dynamics",
            "holor-field",
        ],
    ),
    ("holor-render", &["holor-algebra", "holor-lang"]),
    ("holor-jupyter", &[]),
    (
        "holor",
        &[
            "holor-algebra",
            "holor-lang",
            "holor-field",
            "holor-field-cpu",
            "holor-field-cuda",
            "holor-render",
            "holor-jupyter",
        ],
    ),
    ("holor-dev", &["holor-lang"]),
];

/// Crates from outside that only one crate of ours may name.
const DOORS: &[(&str, &str)] = &[
    ("symplex", "holor-algebra"),
    ("zmq", "holor-jupyter"),
    ("cudarc", "holor-field-cuda"),
];

/// Every edge that should not be there.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut wrong = Vec::new();
    for package in workspace.members()? {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(allowed) = allowed(name) else {
            wrong.push(format!(
                "{name}: not in the table of layers (tests/holor-dev/src/layers.rs)"
            ));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            if let Some(reason) = refused(name, allowed, dependency) {
                wrong.push(reason);
            }
        }
    }
    Ok(wrong)
}

fn allowed(name: &str) -> Option<&'static [&'static str]> {
    LAYERS.iter().find(|(layer, _)| *layer == name).map(|(_, below)| *below)
}

fn refused(name: &str, allowed: &[&str], dependency: &Value) -> Option<String> {
    let other = dependency["name"].as_str().unwrap_or_default();
    if let Some((_, owner)) = DOORS.iter().find(|(outside, _)| *outside == other) {
        let reason = format!("{name}: only {owner} may use {other}");
        return (*owner != name).then_some(reason);
    }
    let ours = self::allowed(other).is_some();
    // A crate's tests may use crates above it, but never those of the protocol, which knows no language.
    let for_tests = dependency["kind"] == "dev" && name != "holor-jupyter";
    let wrong = ours && !allowed.contains(&other) && !for_tests;
    wrong.then(|| format!("{name}: must not depend on {other}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{LAYERS, allowed, check, refused};
    use crate::workspace::Workspace;

    #[test]
    fn dependencies_point_one_way() {
        let workspace = Workspace::find().unwrap();
        assert_eq!(check(&workspace).unwrap(), Vec::<String>::new());
    }

    #[test]
    fn the_table_itself_points_one_way() {
        for (place, (_, below)) in LAYERS.iter().enumerate() {
            for name in *below {
                assert!(LAYERS[..place].iter().any(|(layer, _)| layer == name), "{name}");
            }
        }
    }

    #[test]
    fn an_upward_edge_is_refused() {
        let edge = json!({ "name": "holor-render", "kind": null });
        let layers = allowed("holor-algebra").unwrap();
        assert!(refused("holor-algebra", layers, &edge).is_some());
        let engine = json!({ "name": "symplex", "kind": "dev" });
        assert!(refused("holor-lang", &["holor-algebra"], &engine).is_some());
    }
}
