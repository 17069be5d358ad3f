-- On which shard a principal's records are, as this one knows: here, or where they went. Not known where only events are.
ALTER TABLE principal_state ADD COLUMN place INTEGER;
INSERT INTO principal_state (principal) SELECT DISTINCT principal FROM sync_device ON CONFLICT DO NOTHING;
UPDATE principal_state SET place = (SELECT number FROM shard);
CREATE INDEX principal_place ON principal_state (place, principal);

-- Who knows only older routes than these begins no principal here.
ALTER TABLE shard ADD COLUMN routes BIGINT NOT NULL DEFAULT 0;

-- `announced` shards may be opened; with `next`, principals are on their way to that number. One-time values stay
-- spread over the first ones.
ALTER TABLE routing ADD COLUMN announced INTEGER;
ALTER TABLE routing ADD COLUMN next INTEGER;
ALTER TABLE routing ADD COLUMN first INTEGER;
UPDATE routing SET first = shards;
ALTER TABLE route ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX route_version ON route (version);

-- Moves that are not over, where they go out from; and those that were carried out, where they went to.
CREATE TABLE departure (
    principal TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    id UUID NOT NULL DEFAULT gen_random_uuid(),
    shard INTEGER NOT NULL
);
CREATE TABLE arrival (
    id UUID NOT NULL PRIMARY KEY
);
CREATE INDEX sync_device_principal ON sync_device (principal);
CREATE INDEX letter_principal ON letter (principal);
