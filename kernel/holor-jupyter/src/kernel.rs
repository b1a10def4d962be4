//! What all threads of one kernel share.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::comms::Comms;
use crate::connection::Ports;
use crate::evaluator::{self, Shell};
use crate::history::History;
use crate::language::{Failure, Language};
use crate::names;
use crate::socket::outbox::Outbox;
use crate::socket::stdin::Input;
use crate::socket::waker::Waker;
use crate::wire::frames::Outgoing;
use crate::wire::header::{Headers, Parent};
use crate::wire::signature::Signer;

/// Whether a front end has asked the kernel to end; the control thread waits for it.
pub(crate) struct Ending {
    asked: Mutex<Option<bool>>,
    pub(crate) waker: Waker,
}

impl Ending {
    /// Asks for the end, and for a new start when `restart` holds.
    pub(crate) fn ask(&self, restart: bool) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(restart);
        self.waker.raise();
    }

    /// Whether the end is asked for, and then whether for a new start.
    pub(crate) fn asked(&self) -> Option<bool> {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One running kernel.
pub(crate) struct Kernel {
    pub(crate) language: Box<dyn Language>,
    pub(crate) signer: Signer,
    pub(crate) headers: Headers,
    pub(crate) ports: Ports,
    pub(crate) outbox: Outbox,
    pub(crate) replies: Replies,
    pub(crate) ending: Ending,
    pub(crate) input: Input,
    pub(crate) comms: Comms,
    pub(crate) history: History,
    pub(crate) main: Arc<Shell>,
    subshells: Mutex<Vec<Arc<Shell>>>,
    stack_size: usize,
    /// Cells that counted so far.
    pub(crate) execution_count: AtomicU32,
    pub(crate) debugger: AtomicBool,
}

impl Kernel {
    pub(crate) fn new(
        language: Box<dyn Language>,
        key: &str,
        ports: Ports,
        history: History,
        stack_size: usize,
    ) -> io::Result<Self> {
        Ok(Self {
            language,
            signer: Signer::new(key),
            headers: Headers::new(names::unique()),
            ports,
            outbox: Outbox::new()?,
            replies: Replies::new()?,
            ending: Ending { asked: Mutex::default(), waker: Waker::new()? },
            input: Input::new()?,
            comms: Comms::default(),
            history,
            main: Arc::new(Shell::new(None)),
            subshells: Mutex::default(),
            stack_size,
            execution_count: AtomicU32::new(0),
            debugger: AtomicBool::new(false),
        })
    }

    /// Starts the evaluator thread of a shell.
    pub(crate) fn start(self: &Arc<Self>, shell: &Arc<Shell>) -> io::Result<()> {
        let (kernel, shell) = (self.clone(), shell.clone());
        let name = if shell.id.is_some() { "subshell" } else { "evaluator" };
        thread::Builder::new()
            .name(name.to_owned())
            .stack_size(self.stack_size)
            .spawn(move || evaluator::run(&kernel, &shell))
            .map(drop)
    }

    /// Calls the language. A panic there is a failure of this call and of nothing else.
    pub(crate) fn guarded<T>(
        &self,
        call: impl FnOnce(&dyn Language) -> T,
    ) -> Result<T, Failure> {
        catch_unwind(AssertUnwindSafe(|| call(&*self.language))).map_err(|cause| {
            let text = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| cause.downcast_ref::<String>().cloned());
            Failure::new("InternalError", text.unwrap_or_else(|| "panic".to_owned()))
        })
    }

    /// Stops what runs, on all shells, and the cells that wait behind it.
    pub(crate) fn interrupt(&self) {
        let mut any = self.main.interrupt();
        for shell in self.lock_subshells().iter() {
            any |= shell.interrupt();
        }
        if any {
            self.input.interrupt();
            // A panic here has nobody to tell.
            let _ = self.guarded(|language| language.interrupt());
        }
    }

    /// Reports that a request beside the main shell is done.
    ///
    /// Front ends show the state that was published last, so while a cell runs its `busy` is
    /// said again: otherwise every completion would make a working kernel look idle.
    pub(crate) fn idle(&self, parent: &Parent) {
        self.main.while_still(|running| {
            self.outbox.status("idle", parent);
            if let Some(running) = running {
                self.outbox.status("busy", running);
            }
        });
    }

    fn lock_subshells(&self) -> MutexGuard<'_, Vec<Arc<Shell>>> {
        self.subshells.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The shell of that name; `None` names the main one.
    pub(crate) fn shell(&self, id: Option<&str>) -> Option<Arc<Shell>> {
        match id {
            None => Some(self.main.clone()),
            Some(_) => self
                .lock_subshells()
                .iter()
                .find(|shell| shell.id.as_deref() == id)
                .cloned(),
        }
    }

    /// Starts a subshell and returns its name.
    pub(crate) fn create_subshell(self: &Arc<Self>) -> io::Result<String> {
        let id = names::unique();
        let shell = Arc::new(Shell::new(Some(id.clone())));
        self.start(&shell)?;
        self.lock_subshells().push(shell);
        Ok(id)
    }

    /// Interrupts a subshell and ends it. Returns whether there was one.
    pub(crate) fn delete_subshell(&self, id: &str) -> bool {
        let mut subshells = self.lock_subshells();
        let found = subshells.iter().position(|shell| shell.id.as_deref() == Some(id));
        let Some(at) = found else { return false };
        let shell = subshells.remove(at);
        shell.interrupt();
        shell.close();
        self.input.interrupt();
        true
    }

    /// The names of all subshells.
    pub(crate) fn list_subshells(&self) -> Vec<String> {
        self.lock_subshells().iter().filter_map(|shell| shell.id.clone()).collect()
    }

    /// Ends all threads but those in the middle of a cell, after their last message.
    pub(crate) fn close(&self) {
        self.main.close();
        self.lock_subshells().drain(..).for_each(|shell| shell.close());
        self.input.close();
        self.replies.close();
        self.outbox.close();
    }

    /// The number of the last cell that counted.
    pub(crate) fn count(&self) -> u32 {
        self.execution_count.load(Ordering::SeqCst)
    }
}

/// Replies of evaluator threads on their way through the shell socket.
pub(crate) struct Replies {
    state: Mutex<(VecDeque<Reply>, bool)>,
    pub(crate) waker: Waker,
}

/// A reply, and the shell whose waiting cells it aborts.
pub(crate) struct Reply {
    pub(crate) message: Outgoing,
    pub(crate) aborts: Option<Arc<Shell>>,
}

impl Replies {
    fn new() -> io::Result<Self> {
        Ok(Self { state: Mutex::default(), waker: Waker::new()? })
    }

    fn lock(&self) -> MutexGuard<'_, (VecDeque<Reply>, bool)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, message: Outgoing, aborts: Option<Arc<Shell>>) {
        self.lock().0.push_back(Reply { message, aborts });
        self.waker.raise();
    }

    pub(crate) fn pop(&self) -> Option<Reply> {
        self.lock().0.pop_front()
    }

    fn close(&self) {
        self.lock().1 = true;
        self.waker.raise();
    }

    /// Whether everything has been taken and nothing will follow.
    pub(crate) fn finished(&self) -> bool {
        let state = self.lock();
        state.1 && state.0.is_empty()
    }
}
