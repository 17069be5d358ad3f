//! The PostgreSQL engine on real servers, one for each case.
//!
//! Without PostgreSQL (Debian's package `postgresql`) the cases are ignored; under `CI=true` they fail.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it counted"
)]

#[path = "postgres/access.rs"]
mod access;
#[path = "postgres/crashes.rs"]
mod crashes;
#[path = "postgres/forwarding.rs"]
mod forwarding;
#[path = "postgres/journal.rs"]
mod journal;
#[path = "postgres/load.rs"]
mod load;
#[path = "postgres/moves.rs"]
mod moves;
#[path = "postgres/on_the_way.rs"]
mod on_the_way;
#[path = "postgres/payload.rs"]
mod payload;
#[path = "postgres/replicas.rs"]
mod replicas;
#[path = "postgres/roles.rs"]
mod roles;
#[path = "postgres/schema.rs"]
mod schema;
#[path = "postgres/shards.rs"]
mod shards;

use std::process::ExitCode;

use acasa_gateway_store::{
    PostgresStorage,
    testing::{self, PostgresServer, digest, roots},
};
use libtest_mimic::{Arguments, Failed, Trial};

/// A sentence, the server's settings, and what shows it.
type Case = (&'static str, fn());

const CASES: &[Case] = &[
    ("one_database_keeps_the_contract", contract),
    ("three_shards_keep_the_contract", shards::contract),
    (
        "principals_are_spread_over_shards_with_one_order_of_events",
        shards::spread,
    ),
    (
        "shards_are_opened_in_their_order_and_number",
        shards::order_and_number,
    ),
    ("a_shard_that_is_down_stops_nobody_else", shards::one_down),
    (
        "an_act_for_somebody_on_a_shard_that_is_down_comes_to_them_later",
        forwarding::down,
    ),
    (
        "what_a_device_does_not_wait_for_is_done_without_it",
        forwarding::without_the_device,
    ),
    (
        "an_actor_s_shard_that_crashes_learns_what_was_judged_elsewhere",
        forwarding::down_after_delivery,
    ),
    (
        "an_act_delivered_twice_is_judged_once",
        forwarding::delivered_twice,
    ),
    ("two_gateways_carry_the_same_acts_once", forwarding::at_once),
    ("one_gateway_at_a_time_has_the_turn_to_carry", forwarding::turns),
    (
        "an_act_under_way_of_somebody_erased_is_refused_once_for_all",
        forwarding::erased_actor,
    ),
    (
        "an_act_judged_before_its_actor_is_erased_stays_judged",
        forwarding::erased_after_delivery,
    ),
    (
        "an_act_judged_before_its_principal_is_erased_stays_judged",
        forwarding::erased_principal,
    ),
    (
        "older_programs_wait_while_acts_are_under_way",
        forwarding::older_programs,
    ),
    (
        "an_act_under_way_moves_with_its_actor_and_its_principal",
        forwarding::moved_after_delivery,
    ),
    (
        "acts_for_others_take_effect_once_while_everybody_moves",
        forwarding::under_load,
    ),
    (
        "principals_move_while_gateways_serve_and_runs_are_interrupted",
        moves::under_load,
    ),
    ("a_principal_comes_with_everything", moves::whole),
    (
        "who_is_erased_on_the_way_leaves_nothing_that_no_key_opens",
        moves::erased_on_the_way,
    ),
    ("who_comes_while_others_move_is_found", moves::newcomers),
    (
        "who_is_on_the_way_keeps_nobody_else_s_reports_and_removals_waiting",
        on_the_way::looked_after,
    ),
    ("a_shard_that_was_added_keeps_the_contract", moves::contract),
    (
        "replicas_that_start_at_once_make_the_schema_once",
        schema::made_once,
    ),
    (
        "a_newer_schema_is_refused_unless_it_allows_older_programs",
        schema::newer,
    ),
    ("a_database_stays_the_shard_it_was_made_as", schema::another_shard),
    ("who_may_only_serve_keeps_the_contract", roles::serves),
    ("who_may_only_serve_cannot_alter_the_journal", roles::no_more),
    ("who_may_only_serve_is_told_of_a_newer_schema", roles::newer),
    ("hot_queries_use_an_index", schema::plans),
    (
        "one_act_sent_to_two_replicas_takes_effect_once",
        replicas::same_acts,
    ),
    (
        "two_devices_of_one_person_never_lose_a_version",
        replicas::two_devices,
    ),
    (
        "of_two_clones_under_one_number_one_is_judged_and_one_told",
        replicas::clones,
    ),
    (
        "a_one_time_value_is_used_once_by_whoever_comes_first",
        replicas::one_time_value,
    ),
    (
        "no_copy_is_made_beside_the_revocation_of_its_document",
        replicas::revocation,
    ),
    ("a_status_list_counts_what_is_made_at_once", replicas::copies),
    ("what_is_told_of_a_change_names_nobody", replicas::told),
    (
        "an_altered_or_missing_event_breaks_its_chain_at_its_place",
        journal::altered,
    ),
    ("the_journal_takes_no_update_and_no_delete", journal::append_only),
    (
        "what_was_acknowledged_before_a_crash_is_there_once",
        crashes::during_a_load,
    ),
    (
        "a_standby_that_takes_over_has_what_was_acknowledged",
        crashes::failover,
    ),
    (
        "a_connection_lost_halfway_says_so_and_leaves_nothing",
        crashes::lost_halfway,
    ),
    (
        "idle_connections_that_ended_are_replaced_unnoticed",
        crashes::replaced,
    ),
    ("no_content_lies_in_the_tables", payload::sealed),
    (
        "a_content_copied_over_another_is_broken_and_reaches_nobody",
        payload::swapped,
    ),
    (
        "what_older_programs_kept_is_sealed_and_they_write_nothing_any_more",
        payload::older,
    ),
    (
        "a_root_key_is_replaced_under_the_keys_it_wraps",
        payload::root_keys,
    ),
    ("a_destroyed_key_stands_in_no_table_any_more", payload::destroyed),
    ("who_is_refused_entry_is_told_so", access::denied),
    (
        "another_machine_is_not_spoken_to_in_the_clear",
        access::unprotected,
    ),
    (
        "a_server_that_cannot_prove_its_name_is_not_spoken_to",
        access::encrypted,
    ),
    ("an_error_tells_no_stored_value", access::error_texts),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let is_there = PostgresServer::programs().is_some();
    let must_be = std::env::var_os("CI").is_some_and(|value| value == "true");
    let trials = CASES.iter().map(|(name, case)| {
        let run = move || {
            if is_there {
                case();
                Ok(())
            } else {
                Err(Failed::from(
                    "PostgreSQL is not installed: Debian's package is postgresql",
                ))
            }
        };
        Trial::test(*name, run)
            .with_kind(if is_there { "" } else { "no PostgreSQL" })
            .with_ignored_flag(!is_there && !must_be)
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn server() -> PostgresServer {
    PostgresServer::start("").unwrap()
}

fn open(server: &PostgresServer, address: &str) -> PostgresStorage {
    PostgresStorage::open(server.settings(address), digest, &roots()).unwrap()
}

/// For cases that fill many databases and crash none: it does not wait for the disk.
fn quick_server() -> PostgresServer {
    PostgresServer::start("fsync = off").unwrap()
}

fn contract() {
    let server = quick_server();
    let address = server.new_database();
    testing::contract(&|| {
        server.empty(&address);
        Box::new(open(&server, &address))
    });
}
