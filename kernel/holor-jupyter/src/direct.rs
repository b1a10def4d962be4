//! Requests that are answered at once by the thread that received them, also while cells run.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::kernel::Kernel;
use crate::language::{Completion, Failure};
use crate::wire::comm::CommInfoRequest;
use crate::wire::debug::{self, DebugRequest};
use crate::wire::execute::ErrorReply;
use crate::wire::frames::{Outgoing, Request};
use crate::wire::history::HistoryRequest;
use crate::wire::info::ShutdownRequest;
use crate::wire::introspect::{self, CompleteReply, CompleteRequest};
use crate::wire::introspect::{InspectReply, InspectRequest, IsCompleteRequest};
use crate::wire::{from_json, info, to_json};

/// The reply to a request, which may say that it failed. `None` where none is expected:
/// only types that end in `_request` have a reply.
pub(crate) fn reply(kernel: &Kernel, request: &Request) -> Option<Outgoing> {
    // The language is guarded by itself; this is for mistakes of our own.
    let outcome = catch_unwind(AssertUnwindSafe(|| answer(kernel, request)));
    let internal = || Failure::new("InternalError", "the request could not be handled");
    finish(request, outcome.unwrap_or_else(|_| Err(internal())))
}

/// Makes a reply of what came out.
pub(crate) fn finish(
    request: &Request,
    outcome: Result<Value, Failure>,
) -> Option<Outgoing> {
    let subject = request.header.msg_type.strip_suffix("_request")?;
    let msg_type = format!("{subject}_reply");
    let mut reply = Outgoing::new(msg_type, &request.parent, &());
    reply.content = match &outcome {
        Ok(content) => to_json(content),
        Err(failure) => to_json(&ErrorReply::new(failure, None)),
    };
    Some(reply)
}

/// Reads the content of a request.
pub(crate) fn content<T: DeserializeOwned>(request: &Request) -> Result<T, Failure> {
    from_json(&request.content).map_err(|reason| Failure::new("MalformedRequest", reason))
}

fn answer(kernel: &Kernel, request: &Request) -> Result<Value, Failure> {
    match request.header.msg_type.as_str() {
        // On control by the protocol's wish, on shell by older front ends.
        "shutdown_request" => {
            let ShutdownRequest { restart } = content(request)?;
            kernel.interrupt();
            let reply = json!({ "status": "ok", "restart": restart });
            // Also to everybody else, so that no front end waits for a dead kernel.
            kernel.outbox.push(Outgoing::new("shutdown_reply", &request.parent, &reply));
            kernel.ending.ask(restart);
            Ok(reply)
        }
        "kernel_info_request" => {
            kernel.guarded(|language| info::kernel_info(&language.info()))
        }
        "connect_request" => Ok(kernel.ports.reply()),
        "complete_request" => complete(kernel, &content(request)?),
        "inspect_request" => inspect(kernel, &content(request)?),
        "is_complete_request" => {
            let IsCompleteRequest { code } = content(request)?;
            kernel
                .guarded(|language| language.is_complete(&code))
                .map(introspect::is_complete_reply)
        }
        "history_request" => {
            Ok(kernel.history.answer(&content::<HistoryRequest>(request)?))
        }
        "comm_info_request" => {
            let CommInfoRequest { target_name } = content(request)?;
            Ok(kernel.comms.info(target_name.as_deref()))
        }
        "debug_request" => debug(kernel, &content(request)?),
        unknown => {
            let reason = format!("this kernel knows no {unknown:?} on this channel");
            Err(Failure::new("UnknownRequest", reason))
        }
    }
}

fn complete(kernel: &Kernel, asked: &CompleteRequest) -> Result<Value, Failure> {
    let cursor = introspect::byte_offset(&asked.code, asked.cursor_pos);
    let completion: Completion =
        kernel.guarded(|language| language.complete(&asked.code, cursor))?;
    Ok(json!(CompleteReply::new(&asked.code, completion)))
}

fn inspect(kernel: &Kernel, asked: &InspectRequest) -> Result<Value, Failure> {
    let InspectRequest { code, cursor_pos, detail_level } = asked;
    let cursor = introspect::byte_offset(code, *cursor_pos);
    let found =
        kernel.guarded(|language| language.inspect(code, cursor, *detail_level))?;
    Ok(json!(InspectReply::new(found)))
}

/// The variable panel, and what JupyterLab asks before it opens it.
fn debug(kernel: &Kernel, asked: &DebugRequest) -> Result<Value, Failure> {
    let started = &kernel.debugger;
    let outcome = match asked.command.as_str() {
        "initialize" => Ok(json!({ "supportsConfigurationDoneRequest": false })),
        "attach" => {
            started.store(true, Ordering::SeqCst);
            Ok(json!({}))
        }
        "disconnect" => {
            started.store(false, Ordering::SeqCst);
            Ok(json!({}))
        }
        "debugInfo" => Ok(debug::debug_info(started.load(Ordering::SeqCst))),
        "inspectVariables" => {
            Ok(debug::variables(&kernel.guarded(|language| language.variables())?))
        }
        "richInspectVariables" => {
            let name = asked.arguments["variableName"].as_str().unwrap_or_default();
            let shown = kernel.guarded(|language| language.rich_variable(name))?;
            shown.map(debug::rich_variable).ok_or_else(|| format!("no variable {name:?}"))
        }
        "configurationDone" | "setExceptionBreakpoints" => Ok(json!({})),
        "setBreakpoints" => Ok(json!({ "breakpoints": [] })),
        "dumpCell" => Ok(json!({ "sourcePath": "" })),
        unknown => Err(format!("this kernel does not support {unknown:?}")),
    };
    Ok(asked.reply(outcome))
}
