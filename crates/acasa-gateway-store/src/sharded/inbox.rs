//! Letters, each on its person's shard; how far the feed was read, on the home shard.

use acasa_domain::Principal;
use serde_json::Value;

use super::ShardedStorage;
use crate::{
    Event, InboxPosition, InboxStorage, Letter, LetterReport, PostgresStorage, PreferenceReport, StoreError,
};

impl InboxStorage for ShardedStorage {
    fn inbox_position(&self) -> Result<Option<InboxPosition>, StoreError> {
        self.home().inbox_position()
    }

    fn pass(&self, position: &InboxPosition) -> Result<(), StoreError> {
        self.home().pass(position)
    }

    /// Whose it is first, then the letter, then the position: after a crash in between it comes again, and is known as
    /// far as it had come.
    fn take(
        &self,
        letter: &Letter,
        position: Option<&InboxPosition>,
        event: &Event,
    ) -> Result<bool, StoreError> {
        let principal = letter.principal.to_string();
        let owner = self.home().letter_owner(letter.id, &principal)?;
        let new = owner == principal && self.at(&principal, |shard| shard.take(letter, None, event))?;
        if let Some(position) = position {
            self.home().pass(position)?;
        }
        Ok(new)
    }

    fn read_record(
        &self,
        principal: Principal,
        kind: &str,
        id: &str,
        event: &Event,
    ) -> Result<Option<Value>, StoreError> {
        self.at(&principal.to_string(), |shard| {
            shard.read_record(principal, kind, id, event)
        })
    }

    fn letter_reports(&self, limit: u32) -> Result<Vec<LetterReport>, StoreError> {
        let mut reports = self.of_all(|shard| shard.letter_reports(limit))?;
        reports.sort_by_key(|report| report.id);
        reports.truncate(limit as usize);
        Ok(reports)
    }

    fn letters_reported(&self, reports: &[LetterReport]) -> Result<(), StoreError> {
        self.shards
            .iter()
            .try_for_each(|shard| shard.letters_reported(reports))
    }

    fn preference_reports(&self, limit: u32) -> Result<Vec<PreferenceReport>, StoreError> {
        let mut reports = self.of_all(|shard| shard.preference_reports(limit))?;
        reports.truncate(limit as usize);
        Ok(reports)
    }

    fn preferences_reported(&self, principal: Principal, version: u64) -> Result<(), StoreError> {
        self.shards
            .iter()
            .try_for_each(|shard| shard.preferences_reported(principal, version))
    }
}

impl ShardedStorage {
    fn of_all<T>(
        &self,
        read: impl Fn(&PostgresStorage) -> Result<Vec<T>, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        for shard in &self.shards {
            found.extend(read(shard)?);
        }
        Ok(found)
    }
}
