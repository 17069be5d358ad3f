//! What acts come to over a principal's records, as they are and as the transaction leaves them.

use std::{cell::RefCell, collections::BTreeMap};

use acasa_domain::Principal;
use acasa_protocol::sync::{Fate, Intent};
use serde_json::Value;

use super::{
    super::{Transaction, changes::Changes, is_storable, pool::Connection},
    record,
};
use crate::{Decide, RecordsNow, RootKeys, StoreError, Write};

/// Records by principal, kind and identifier, as read or as written.
type Seen = BTreeMap<(Principal, String, String), Option<Value>>;

/// The effects of one transaction.
pub(in crate::postgres) struct Effects {
    pub(in crate::postgres) changes: Changes,
    seen: RefCell<Seen>,
}

impl Effects {
    pub(in crate::postgres) fn on(changes: Changes) -> Self {
        Self {
            changes,
            seen: RefCell::default(),
        }
    }

    /// What an act comes to, with its effect.
    pub(in crate::postgres) fn judge(
        &mut self,
        transaction: &mut Transaction<'_>,
        intent: &Intent,
        decide: &dyn Decide,
    ) -> Result<Fate, StoreError> {
        let now = Now {
            opened: RefCell::new((transaction.opened(), &mut self.changes)),
            principal: intent.principal,
            seen: &self.seen,
        };
        match decide.decide(intent, &now)?.without_effect() {
            Ok(fate) => Ok(fate),
            Err(writes) => self.apply(transaction, intent.principal, &writes),
        }
    }

    fn apply(
        &mut self,
        transaction: &mut Transaction<'_>,
        principal: Principal,
        writes: &[Write],
    ) -> Result<Fate, StoreError> {
        let (version, records) = self.changes.put(transaction.opened(), principal, writes)?;
        let seen = self.seen.get_mut();
        for write in writes {
            let key = (principal, write.kind.clone(), write.id.clone());
            seen.insert(key, write.content.clone());
        }
        Ok(Fate::Applied { version, records })
    }
}

/// What opens a record that was not seen yet.
type Opened<'a> = ((&'a mut Connection, &'a RootKeys), &'a mut Changes);

struct Now<'a> {
    opened: RefCell<Opened<'a>>,
    principal: Principal,
    seen: &'a RefCell<Seen>,
}

impl RecordsNow for Now<'_> {
    fn get(&self, kind: &str, id: &str) -> Result<Option<Value>, StoreError> {
        let key = (self.principal, kind.to_owned(), id.to_owned());
        if let Some(seen) = self.seen.borrow().get(&key) {
            return Ok(seen.clone());
        }
        if !is_storable(kind) || !is_storable(id) {
            return Ok(None);
        }
        let name = self.principal.to_string();
        let mut opened = self.opened.borrow_mut();
        let ((connection, roots), changes) = &mut *opened;
        let found = connection.row(
            "SELECT kind, id, version, content FROM record WHERE principal = $1 AND kind = $2 AND id = $3",
            &[&name, &kind, &id],
        )?;
        let content = match found {
            Some(row) => {
                let key = changes.key((connection, roots), &name)?;
                record(key.as_deref(), &name, &row)?.content
            }
            None => None,
        };
        self.seen.borrow_mut().insert(key, content.clone());
        Ok(content)
    }
}
