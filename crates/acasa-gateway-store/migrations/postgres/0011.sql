-- Acts on the records of somebody on another shard: on the actor's, until it is known what became of them.
CREATE TABLE forwarded (
    number BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
    actor TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    client TEXT COLLATE "C" NOT NULL,
    digest BYTEA NOT NULL,
    principal TEXT COLLATE "C" NOT NULL,
    judged BIGINT NOT NULL,
    event TEXT NOT NULL,
    text TEXT CHECK (text LIKE 'k1.%'),
    PRIMARY KEY (actor, id)
);

-- What each of them came to, on the principal's shard, for ever: delivered twice, it is one act.
CREATE TABLE delivered (
    actor TEXT COLLATE "C" NOT NULL,
    id UUID NOT NULL,
    digest BYTEA NOT NULL,
    principal TEXT COLLATE "C" NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome LIKE '{"fate"%'),
    PRIMARY KEY (actor, id)
);
CREATE INDEX delivered_principal ON delivered (principal, actor, id);

-- With the key goes what is sealed under it, whichever program erases.
CREATE FUNCTION erases_forwarded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE forwarded SET text = NULL WHERE actor = OLD.principal;
    UPDATE delivered SET outcome = (outcome::jsonb - 'sealed')::text
    WHERE principal = OLD.principal AND outcome::jsonb ? 'sealed';
    RETURN NULL;
END
$$;
CREATE TRIGGER key_destroyed AFTER DELETE ON principal_key
    FOR EACH ROW EXECUTE FUNCTION erases_forwarded();

-- Programs that do not know these tables judge nothing of an actor who has acts under way, and move nobody whom the
-- tables name: to them it is as if somebody else had a lock. Those that do say so in their sessions.
CREATE FUNCTION keeps_older_acts_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM forwarded WHERE actor = NEW.actor) THEN
        RAISE EXCEPTION 'acts are under way' USING ERRCODE = '55P03';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER act_judged BEFORE INSERT ON intent
    FOR EACH ROW WHEN (current_setting('acasa.forwards', TRUE) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION keeps_older_acts_out();

CREATE FUNCTION keeps_older_moves_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM forwarded WHERE actor = NEW.principal)
        OR EXISTS (SELECT FROM delivered WHERE principal = NEW.principal) THEN
        RAISE EXCEPTION 'acts are under way' USING ERRCODE = '55P03';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER principal_departs BEFORE INSERT ON departure
    FOR EACH ROW WHEN (current_setting('acasa.forwards', TRUE) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION keeps_older_moves_out();
