DELETE FROM attempts WHERE pool = $1 AND name = $2
----
DELETE FROM codes WHERE pool = $1 AND sub = $2
----
DELETE FROM codes WHERE pool = $1 AND sub = $2 AND purpose = $3
----
DELETE FROM directory WHERE kind = $1 AND name = $2 AND pool = $3
----
DELETE FROM directory WHERE pool = $1
----
DELETE FROM key_stock WHERE kid = $1
----
DELETE FROM members
WHERE pool = $1 AND sub = $3 AND group_number = (SELECT g.number FROM user_groups g WHERE g.pool = $1 AND g.name = $2)
----
DELETE FROM members WHERE pool = $1 AND sub = $2
----
DELETE FROM messages
----
DELETE FROM messages WHERE id = $1
----
DELETE FROM names WHERE pool = $1 AND name = $2 AND sub = $3
----
DELETE FROM purged_groups WHERE pool = $1 AND number = $2
----
DELETE FROM purged_pools WHERE pool = $1
----
DELETE FROM revocations WHERE pool = $1 AND origin_jti = $2 AND expires <= $3
----
DELETE FROM rotations WHERE pool = $1 AND origin_jti = $2 AND expires <= $3
----
DELETE FROM signing_keys WHERE pool = $1
----
DELETE FROM signing_keys WHERE pool = $1 AND kid = $2 AND expires <= $3
----
DELETE FROM terms WHERE pool = $1 AND attribute = $2 AND value = $3 AND sub = $4
----
DELETE FROM used_sessions WHERE pool = $1 AND sign_in = $2 AND expires <= $3
----
DELETE FROM user_counts WHERE pool = $1
----
DELETE FROM user_groups WHERE pool = $1 AND name = $2
----
INSERT INTO attempts AS a (pool, name, tries, first_at, last_at) VALUES ($1, $2, 1, $3, $3)
ON CONFLICT (pool, name) DO UPDATE SET
    tries = CASE WHEN $3 - a.first_at >= $4 THEN 1 ELSE a.tries + 1 END,
    first_at = CASE WHEN $3 - a.first_at >= $4 THEN $3 ELSE a.first_at END,
    last_at = CASE WHEN $3 - a.first_at >= $4 THEN $3 ELSE greatest(a.last_at, $3) END
RETURNING tries, first_at, last_at
----
INSERT INTO attempts AS a (pool, name, tries, first_at, last_at) VALUES ($1, $2, 1, $3, $3)
ON CONFLICT (pool, name) DO UPDATE SET
    tries = CASE WHEN $3 - a.last_at >= $4 THEN 1 ELSE a.tries + 1 END,
    first_at = CASE WHEN $3 - a.last_at >= $4 THEN $3 ELSE a.first_at END,
    last_at = CASE WHEN $3 - a.last_at >= $4 THEN $3 ELSE greatest(a.last_at, $3) END
RETURNING tries, first_at, last_at
----
INSERT INTO codes (pool, sub, purpose, hash, attribute, value, issued, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (pool, sub, purpose) DO UPDATE SET
    hash = excluded.hash, attribute = excluded.attribute, value = excluded.value, issued = excluded.issued, expires = excluded.expires
----
INSERT INTO directory (kind, name, pool) VALUES ($1, $2, $3)
----
INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
----
INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING
----
INSERT INTO key_stock (kid, created, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
----
INSERT INTO leases AS l (name, holder, expires) VALUES ($1, $2, $3)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires WHERE l.expires <= $4 OR l.holder = excluded.holder
----
INSERT INTO members (pool, sub, group_number, added)
SELECT g.pool, $3, g.number, $4 FROM user_groups g WHERE g.pool = $1 AND g.name = $2 ON CONFLICT DO NOTHING
----
INSERT INTO messages (pool, id, at, recipient, content, state, attempts, next_attempt, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
----
INSERT INTO purged_groups (pool, number)
SELECT g.pool, g.number FROM user_groups g WHERE g.pool = $1 AND g.name = $2 FOR UPDATE ON CONFLICT DO NOTHING
----
INSERT INTO purged_pools (pool) VALUES ($1) ON CONFLICT DO NOTHING
----
INSERT INTO resources (pool, kind, name, settings, secret, created, modified, version) VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
----
INSERT INTO revocations (pool, origin_jti, expires) VALUES ($1, $2, $3)
ON CONFLICT (pool, origin_jti) DO UPDATE SET expires = greatest(revocations.expires, excluded.expires)
----
INSERT INTO ring_keys (id, created, sealed) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
----
INSERT INTO rotations (rotated, expires, pool, origin_jti, generation) VALUES ($1, $2, $3, $4, $5)
----
INSERT INTO settings_changes (pool, id, at) VALUES ($1, $2, $3)
----
INSERT INTO signing_keys (pool, purpose, kid, created, sealed) VALUES ($1, $2, $3, $4, $5)
----
INSERT INTO terms (pool, sub, attribute, value) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
----
INSERT INTO used_sessions (pool, sign_in, expires) VALUES ($1, $2, $3)
----
INSERT INTO user_counts (pool, users) VALUES ($1, 0) ON CONFLICT (pool) DO UPDATE SET users = user_counts.users
----
INSERT INTO user_counts (pool, users) VALUES ($1, 0) ON CONFLICT DO NOTHING
----
INSERT INTO user_groups (pool, name, description, role_arn, precedence, created, modified, version, number)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)
----
INSERT INTO users (username, status, enabled, sign_outs, created, modified, password_set, salt, verifier, attributes, state, pool, sub, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1)
----
SELECT 'pg_notify(text, text)'::regprocedure::oid
----
SELECT 1 / count(*) FROM (SELECT 1 FROM user_groups WHERE pool = $1 AND name = $2 FOR KEY SHARE) g
----
SELECT 1 / count(*) FROM (SELECT 1 FROM users WHERE pool = $1 AND sub = $2 FOR KEY SHARE) u
----
SELECT 1 FROM revocations WHERE pool = $1 AND origin_jti = $2
----
SELECT 1 FROM used_sessions WHERE pool = $1 AND sign_in = $2
----
SELECT DISTINCT pool FROM signing_keys WHERE pool > $1 ORDER BY pool LIMIT $2
----
SELECT count(*) FROM key_stock
----
SELECT g.name, g.description, g.role_arn, g.precedence, g.created, g.modified, g.version FROM members m JOIN user_groups g ON g.pool = m.pool AND g.number = m.group_number WHERE m.pool = $1 AND m.sub = $2
----
SELECT g.name, g.description, g.role_arn, g.precedence, g.created, g.modified, g.version FROM user_groups g WHERE g.pool = $1 AND g.name = $2
----
SELECT g.name, g.description, g.role_arn, g.precedence, g.created, g.modified, g.version FROM user_groups g WHERE g.pool = $1 AND g.name > $2 ORDER BY g.name LIMIT $3
----
SELECT generation, rotated, expires FROM rotations WHERE pool = $1 AND origin_jti = $2
----
SELECT hash, attribute, value, issued, expires FROM codes WHERE pool = $1 AND sub = $2 AND purpose = $3
----
SELECT id, content FROM messages WHERE id > $1 ORDER BY id LIMIT $2
----
SELECT id, pool, at, recipient, content, state, attempts, next_attempt, expires FROM messages WHERE id = $1
----
SELECT id, pool, at, recipient, content, state, attempts, next_attempt, expires FROM messages WHERE pool = coalesce($1, pool) ORDER BY at DESC, id DESC LIMIT $2
----
SELECT id, pool, at, recipient, content, state, attempts, next_attempt, expires FROM messages WHERE recipient = $3 AND pool = coalesce($1, pool) ORDER BY at DESC, id DESC LIMIT $2
----
SELECT id, pool, at, recipient, content, state, attempts, next_attempt, expires FROM messages WHERE state = 1 AND next_attempt <= $1 ORDER BY next_attempt, id LIMIT $2
----
SELECT id, sealed FROM ring_keys WHERE id > $1 ORDER BY id LIMIT $2
----
SELECT id, sealed, created FROM ring_keys ORDER BY id
----
SELECT kid FROM signing_keys WHERE pool = $1 AND expires IS NULL
----
SELECT kid, sealed FROM key_stock WHERE kid > $1 ORDER BY kid LIMIT $2
----
SELECT kid, sealed, created FROM key_stock ORDER BY created, kid LIMIT 2 FOR UPDATE SKIP LOCKED
----
SELECT kind, number, id, account, region, name, settings, created, modified, version FROM pools WHERE kind = $1 AND account = $2 AND region = $3 AND id > $4 ORDER BY id LIMIT $5
----
SELECT kind, number, id, account, region, name, settings, created, modified, version FROM pools WHERE kind = $1 AND id = $2
----
SELECT kind, number, id, account, region, name, settings, created, modified, version FROM pools WHERE number = $1
----
SELECT max(version) FROM migrations
----
SELECT name, value FROM installation WHERE name > $1 ORDER BY name LIMIT $2
----
SELECT pg_notify('postern', $1)
----
SELECT pool FROM directory WHERE kind = $1 AND name = $2
----
SELECT pool FROM signing_keys WHERE kid = $1
----
SELECT pool FROM user_counts WHERE pool = $1 ORDER BY pool LIMIT $2
----
SELECT pool, attribute, value, sub FROM terms WHERE pool = $1 ORDER BY pool, attribute, value, sub LIMIT $2
----
SELECT pool, id FROM messages WHERE expires <= $1 ORDER BY expires LIMIT $2
----
SELECT pool, id FROM messages WHERE pool = $1 ORDER BY pool, id LIMIT $2
----
SELECT pool, id FROM settings_changes WHERE at <= $1 ORDER BY at LIMIT $2
----
SELECT pool, kid FROM signing_keys WHERE expires <= $1 ORDER BY expires LIMIT $2
----
SELECT pool, kid FROM signing_keys WHERE pool = $1 ORDER BY pool, kid LIMIT $2
----
SELECT pool, kid, sealed FROM signing_keys WHERE (pool, kid) > ($1, $2) ORDER BY pool, kid LIMIT $3
----
SELECT pool, kind, name FROM resources WHERE pool = $1 ORDER BY pool, kind, name LIMIT $2
----
SELECT pool, kind, name, secret FROM resources WHERE (pool, kind, name) > ($1, $2, $3) ORDER BY pool, kind, name LIMIT $4
----
SELECT pool, kind, name, settings, secret, created, modified, version FROM resources WHERE pool = $1 AND kind = $2 AND name = $3
----
SELECT pool, kind, name, settings, secret, created, modified, version FROM resources WHERE pool = $1 AND kind = $2 AND name > $3 ORDER BY name LIMIT $4
----
SELECT pool, kind, name, settings, secret, created, modified, version FROM resources WHERE pool = $1 AND kind = $2 ORDER BY name LIMIT $3
----
SELECT pool, name FROM attempts WHERE last_at <= $1 ORDER BY last_at LIMIT $2
----
SELECT pool, name FROM attempts WHERE pool = $1 ORDER BY pool, name LIMIT $2
----
SELECT pool, name FROM names WHERE pool = $1 ORDER BY pool, name LIMIT $2
----
SELECT pool, number FROM purged_groups LIMIT 1
----
SELECT pool, number FROM purged_groups WHERE pool = $1 ORDER BY pool, number LIMIT $2
----
SELECT pool, number FROM user_groups WHERE pool = $1 ORDER BY pool, number LIMIT $2
----
SELECT pool, origin_jti FROM revocations WHERE expires <= $1 ORDER BY expires LIMIT $2
----
SELECT pool, origin_jti FROM revocations WHERE pool = $1 ORDER BY pool, origin_jti LIMIT $2
----
SELECT pool, origin_jti FROM rotations WHERE expires <= $1 ORDER BY expires LIMIT $2
----
SELECT pool, origin_jti FROM rotations WHERE pool = $1 ORDER BY pool, origin_jti LIMIT $2
----
SELECT pool, pool FROM purged_pools LIMIT 1
----
SELECT pool, sign_in FROM used_sessions WHERE expires <= $1 ORDER BY expires LIMIT $2
----
SELECT pool, sign_in FROM used_sessions WHERE pool = $1 ORDER BY pool, sign_in LIMIT $2
----
SELECT pool, sub FROM users WHERE pool = $1 ORDER BY pool, sub LIMIT $2
----
SELECT pool, sub, group_number FROM members WHERE pool = $1 AND group_number = $2 ORDER BY sub LIMIT $3
----
SELECT pool, sub, group_number FROM members WHERE pool = $1 ORDER BY pool, sub, group_number LIMIT $2
----
SELECT pool, sub, purpose FROM codes WHERE expires <= $1 ORDER BY expires LIMIT $2
----
SELECT pool, sub, purpose FROM codes WHERE pool = $1 ORDER BY pool, sub, purpose LIMIT $2
----
SELECT pool, sub, verifier FROM users WHERE (pool, sub) > ($1, $2) ORDER BY pool, sub LIMIT $3
----
SELECT purpose, kid, sealed, created, expires FROM signing_keys WHERE pool = $1 ORDER BY created, purpose, kid
----
SELECT tries, first_at, last_at FROM attempts WHERE pool = $1 AND name = $2
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state FROM members m
CROSS JOIN LATERAL (SELECT * FROM users w WHERE w.pool = $1 AND w.sub = m.sub LIMIT 1) u
WHERE m.pool = $1 AND m.group_number = (SELECT g.number FROM user_groups g WHERE g.pool = $1 AND g.name = $2) AND m.sub > $3
ORDER BY m.sub LIMIT $4
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state FROM users u WHERE u.pool = $1 AND u.sub = coalesce(
    (SELECT s.sub FROM users s WHERE s.pool = $1 AND s.sub = $3), (SELECT n.sub FROM names n WHERE n.pool = $1 AND n.name = $2))
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state FROM users u WHERE u.pool = $1 AND u.sub > $2 ORDER BY u.sub LIMIT $3
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state, EXISTS (SELECT 1 FROM revocations r WHERE r.pool = $1 AND r.origin_jti = $3)
FROM users u WHERE u.pool = $1 AND u.sub = $2
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state, a.tries, a.first_at, a.last_at, g.name, g.description, g.role_arn, g.precedence, g.created, g.modified, g.version
FROM (SELECT 1) one
LEFT JOIN users u ON u.pool = $1 AND u.sub = coalesce(
    (SELECT s.sub FROM users s WHERE s.pool = $1 AND s.sub = $3), (SELECT n.sub FROM names n WHERE n.pool = $1 AND n.name = $2))
LEFT JOIN attempts a ON a.pool = $1 AND a.name = $4 || coalesce(u.sub, $5)
LEFT JOIN members m ON m.pool = $1 AND m.sub = u.sub
LEFT JOIN user_groups g ON g.pool = $1 AND g.number = m.group_number
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state, t.value
FROM terms t CROSS JOIN LATERAL (SELECT * FROM users w WHERE w.pool = $1 AND w.sub = t.sub LIMIT 1) u
WHERE t.pool = $1 AND t.attribute = $2 AND (t.value, t.sub) > ($3, $4) AND t.value < $5 ORDER BY t.value, t.sub LIMIT $6
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state, t.value
FROM terms t CROSS JOIN LATERAL (SELECT * FROM users w WHERE w.pool = $1 AND w.sub = t.sub LIMIT 1) u
WHERE t.pool = $1 AND t.attribute = $2 AND (t.value, t.sub) > ($3, $4) ORDER BY t.value, t.sub LIMIT $5
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state, t.value
FROM terms t CROSS JOIN LATERAL (SELECT * FROM users w WHERE w.pool = $1 AND w.sub = t.sub LIMIT 1) u
WHERE t.pool = $1 AND t.attribute = $2 AND t.value = $3 AND t.sub > $4 ORDER BY t.sub LIMIT $5
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state, t.value
FROM terms t CROSS JOIN LATERAL (SELECT * FROM users w WHERE w.pool = $1 AND w.sub = t.sub LIMIT 1) u
WHERE t.pool = $1 AND t.attribute = $2 AND t.value >= $3 AND t.value < $4 ORDER BY t.value, t.sub LIMIT $5
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state, t.value
FROM terms t CROSS JOIN LATERAL (SELECT * FROM users w WHERE w.pool = $1 AND w.sub = t.sub LIMIT 1) u
WHERE t.pool = $1 AND t.attribute = $2 AND t.value >= $3 ORDER BY t.value, t.sub LIMIT $4
----
SELECT users FROM user_counts WHERE pool = $1
----
SELECT value FROM installation WHERE name = $1
----
UPDATE installation SET value = $1 WHERE value = $2 AND name = $3
----
UPDATE key_stock SET sealed = $1 WHERE sealed = $2 AND kid = $3
----
UPDATE messages SET content = $1 WHERE content = $2 AND id = $3
----
UPDATE messages SET state = $1, attempts = $2, next_attempt = $3, expires = $4 WHERE pool = $5 AND id = $6
----
UPDATE resources SET secret = $1, version = version + 1 WHERE secret = $2 AND pool = $3 AND kind = $4 AND name = $5
----
UPDATE ring_keys SET sealed = $1 WHERE sealed = $2 AND id = $3
----
UPDATE signing_keys SET expires = $1 WHERE pool = $2 AND expires IS NULL
----
UPDATE signing_keys SET sealed = $1 WHERE sealed = $2 AND pool = $3 AND kid = $4
----
UPDATE user_counts SET users = users WHERE pool = $1
----
UPDATE users SET verifier = $1, version = version + 1 WHERE verifier = $2 AND pool = $3 AND sub = $4
----
WITH written AS (DELETE FROM codes WHERE pool = $1 AND sub = $2 AND purpose = $3 AND hash = $4 AND issued = $5 RETURNING 1) SELECT 1 / count(*) FROM written
----
WITH written AS (DELETE FROM pools WHERE number = $1 AND version = $2 RETURNING 1) SELECT 1 / count(*) FROM written
----
WITH written AS (DELETE FROM resources WHERE pool = $1 AND kind = $2 AND name = $3 AND version = $4 RETURNING 1) SELECT 1 / count(*) FROM written
----
WITH written AS (DELETE FROM users WHERE pool = $1 AND sub = $2 AND version = $3 RETURNING 1) SELECT 1 / count(*) FROM written
----
WITH written AS (INSERT INTO names (pool, sub, name) VALUES ($1, $2, $3)
ON CONFLICT (pool, name) DO UPDATE SET sub = excluded.sub WHERE names.sub = excluded.sub
RETURNING 1) SELECT 1 / (count(*) / 1) FROM written
----
WITH written AS (INSERT INTO pools (kind, number, id, account, region, name, settings, created, modified, version)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, 1 WHERE NOT EXISTS (SELECT 1 FROM purged_pools WHERE pool = $2) RETURNING 1) SELECT 1 / count(*) FROM written
----
WITH written AS (UPDATE pools SET account = $1, region = $2, name = $3, settings = $4, created = $5, modified = $6, version = version + 1
WHERE number = $7 AND version = $8 RETURNING 1) SELECT 1 / count(*) FROM written
----
WITH written AS (UPDATE resources SET settings = $1, secret = $2, created = $3, modified = $4, version = version + 1
WHERE pool = $5 AND kind = $6 AND name = $7 AND version = $8 RETURNING 1) SELECT 1 / count(*) FROM written
----
WITH written AS (UPDATE rotations SET rotated = $1, expires = $2, generation = $5
WHERE pool = $3 AND origin_jti = $4 AND generation = $5 - 1 RETURNING 1) SELECT 1 / count(*) FROM written
----
WITH written AS (UPDATE user_groups SET description = $1, role_arn = $2, precedence = $3, created = $4, modified = $5, version = version + 1
WHERE pool = $6 AND name = $7 AND version = $8 RETURNING 1) SELECT 1 / count(*) FROM written
----
WITH written AS (UPDATE users SET username = $1, status = $2, enabled = $3, sign_outs = $4, created = $5, modified = $6, password_set = $7,
    salt = $8, verifier = $9, attributes = $10, state = $11, version = version + 1
WHERE pool = $12 AND sub = $13 AND version = $14 RETURNING 1) SELECT 1 / count(*) FROM written
