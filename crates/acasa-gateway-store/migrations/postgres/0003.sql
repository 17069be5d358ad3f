-- What names are hidden with in notifications, which everybody who may connect can listen to. The home shard's counts.
ALTER TABLE shard ADD COLUMN secret TEXT NOT NULL
    DEFAULT gen_random_uuid()::text || gen_random_uuid()::text;
