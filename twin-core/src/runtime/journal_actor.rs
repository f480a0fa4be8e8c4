//! The service actor that keeps the journal, on a thread of its own: its disk never holds up an async worker.

use actix::prelude::{Actor, Addr, ArbiterHandle, Context, Handler, Message};

use crate::world::command::Input;
use crate::world::journal::Journal;

const MAILBOX: usize = 4;

/// Keeps a batch: one synchronisation for all of it.
pub(super) struct Commit(pub Vec<Input>);

impl Message for Commit {
    /// Nothing of the batch may be acknowledged on an error.
    type Result = Result<(), String>;
}

/// The actor.
pub(super) struct JournalActor {
    journal: Box<dyn Journal>,
    failed: Option<String>,
}

impl JournalActor {
    /// Starts it on an arbiter of its own.
    pub fn launch(journal: Box<dyn Journal>, arbiter: &ArbiterHandle) -> Addr<Self> {
        Self::start_in_arbiter(arbiter, move |_| Self { journal, failed: None })
    }
}

impl Actor for JournalActor {
    type Context = Context<Self>;
    fn started(&mut self, ctx: &mut Self::Context) {
        ctx.set_mailbox_capacity(MAILBOX);
    }
}

impl Handler<Commit> for JournalActor {
    type Result = Result<(), String>;

    fn handle(&mut self, Commit(batch): Commit, _: &mut Self::Context) -> Self::Result {
        if let Some(why) = &self.failed {
            return Err(why.clone()); // after a failed sync nobody knows what the disk holds
        }
        let result = match self.journal.append(&batch) {
            Ok(fresh) if fresh == batch.len() => Ok(()),
            Ok(_) => Err("JRN-004: the journal already holds numbers of this batch; restart from it".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        self.failed = result.as_ref().err().cloned();
        result
    }
}
