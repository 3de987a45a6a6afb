BEGIN IMMEDIATE
----
COMMIT
----
DELETE FROM attempts WHERE (pool, name) IN (SELECT pool, name FROM attempts WHERE last_at <= ? LIMIT ?)
----
DELETE FROM attempts WHERE (pool, name) IN (SELECT pool, name FROM attempts WHERE pool = ? LIMIT ?)
----
DELETE FROM attempts WHERE pool = ? AND name = ?
----
DELETE FROM codes WHERE (pool, sub, purpose) IN (SELECT pool, sub, purpose FROM codes WHERE expires <= ? LIMIT ?)
----
DELETE FROM codes WHERE (pool, sub, purpose) IN (SELECT pool, sub, purpose FROM codes WHERE pool = ? LIMIT ?)
----
DELETE FROM codes WHERE pool = ? AND sub = ?
----
DELETE FROM codes WHERE pool = ? AND sub = ? AND purpose = ?
----
DELETE FROM codes WHERE pool = ? AND sub = ? AND purpose = ? AND hash = ? AND issued = ?
----
DELETE FROM directory WHERE kind = ? AND name = ? AND pool = ?
----
DELETE FROM directory WHERE pool = ?
----
DELETE FROM key_stock WHERE kid = ?
----
DELETE FROM members WHERE (pool, sub, group_number) IN (SELECT pool, sub, group_number FROM members WHERE pool = ? AND group_number = ? LIMIT ?)
----
DELETE FROM members WHERE (pool, sub, group_number) IN (SELECT pool, sub, group_number FROM members WHERE pool = ? LIMIT ?)
----
DELETE FROM members WHERE pool = ? AND sub = ?
----
DELETE FROM members WHERE pool = ? AND sub = ? AND group_number = ?
----
DELETE FROM messages
----
DELETE FROM messages WHERE (id) IN (SELECT id FROM messages WHERE expires <= ? LIMIT ?)
----
DELETE FROM messages WHERE id = ?
----
DELETE FROM names WHERE (pool, name) IN (SELECT pool, name FROM names WHERE pool = ? LIMIT ?)
----
DELETE FROM names WHERE pool = ? AND name = ? AND sub = ?
----
DELETE FROM pools WHERE number = ? AND version = ?
----
DELETE FROM purged_groups WHERE (pool, number) IN (SELECT pool, number FROM purged_groups WHERE pool = ? LIMIT ?)
----
DELETE FROM purged_groups WHERE pool = ? AND number = ?
----
DELETE FROM purged_pools WHERE pool = ?
----
DELETE FROM resources WHERE (pool, kind, name) IN (SELECT pool, kind, name FROM resources WHERE pool = ? LIMIT ?)
----
DELETE FROM resources WHERE pool = ? AND kind = ? AND name = ? AND version = ?
----
DELETE FROM revocations WHERE (pool, origin_jti) IN (SELECT pool, origin_jti FROM revocations WHERE expires <= ? LIMIT ?)
----
DELETE FROM revocations WHERE (pool, origin_jti) IN (SELECT pool, origin_jti FROM revocations WHERE pool = ? LIMIT ?)
----
DELETE FROM rotations WHERE (pool, origin_jti) IN (SELECT pool, origin_jti FROM rotations WHERE expires <= ? LIMIT ?)
----
DELETE FROM rotations WHERE (pool, origin_jti) IN (SELECT pool, origin_jti FROM rotations WHERE pool = ? LIMIT ?)
----
DELETE FROM signing_keys WHERE (rowid) IN (SELECT rowid FROM signing_keys WHERE expires <= ? LIMIT ?)
----
DELETE FROM signing_keys WHERE (rowid) IN (SELECT rowid FROM signing_keys WHERE pool = ? LIMIT ?)
----
DELETE FROM signing_keys WHERE pool = ?
----
DELETE FROM terms WHERE (pool, attribute, value, sub) IN (SELECT pool, attribute, value, sub FROM terms WHERE pool = ? LIMIT ?)
----
DELETE FROM terms WHERE pool = ? AND attribute = ? AND value = ? AND sub = ?
----
DELETE FROM used_sessions WHERE (pool, sign_in) IN (SELECT pool, sign_in FROM used_sessions WHERE expires <= ? LIMIT ?)
----
DELETE FROM used_sessions WHERE (pool, sign_in) IN (SELECT pool, sign_in FROM used_sessions WHERE pool = ? LIMIT ?)
----
DELETE FROM user_counts WHERE (pool) IN (SELECT pool FROM user_counts WHERE pool = ? LIMIT ?)
----
DELETE FROM user_counts WHERE pool = ?
----
DELETE FROM user_groups WHERE (pool, number) IN (SELECT pool, number FROM user_groups WHERE pool = ? LIMIT ?)
----
DELETE FROM user_groups WHERE pool = ? AND number = ?
----
DELETE FROM users WHERE (rowid) IN (SELECT rowid FROM users WHERE pool = ? LIMIT ?)
----
DELETE FROM users WHERE pool = ? AND sub = ? AND version = ?
----
INSERT INTO directory (kind, name, pool) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
----
INSERT INTO installation (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING
----
INSERT INTO key_stock (kid, created, sealed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
----
INSERT INTO members (pool, sub, group_number, added) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
----
INSERT INTO messages (pool, at, recipient, content, state, attempts, next_attempt, expires, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING
----
INSERT INTO names (pool, name, sub) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
----
INSERT INTO pools (kind, number, id, account, region, name, settings, created, modified, version)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1 WHERE NOT EXISTS (SELECT 1 FROM purged_pools WHERE pool = ?2)
ON CONFLICT DO NOTHING
----
INSERT INTO purged_groups (pool, number) VALUES (?, ?)
----
INSERT INTO purged_pools (pool) VALUES (?) ON CONFLICT DO NOTHING
----
INSERT INTO resources (pool, kind, name, settings, secret, created, modified, version) VALUES (?, ?, ?, ?, ?, ?, ?, 1)
ON CONFLICT DO NOTHING
----
INSERT INTO revocations (pool, origin_jti, expires) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET expires = max(expires, excluded.expires)
----
INSERT INTO ring_keys (id, created, sealed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
----
INSERT INTO rotations (generation, rotated, expires, pool, origin_jti) VALUES (1, ?, ?, ?, ?) ON CONFLICT DO NOTHING
----
INSERT INTO signing_keys (pool, purpose, kid, created, sealed) VALUES (?, ?, ?, ?, ?)
----
INSERT INTO terms (pool, attribute, value, sub) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
----
INSERT INTO used_sessions (pool, sign_in, expires) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
----
INSERT INTO user_counts (pool, users) VALUES (?, 0) ON CONFLICT DO NOTHING
----
INSERT INTO user_groups (pool, name, description, role_arn, precedence, created, modified, version, number)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, 1 + max(
    coalesce((SELECT max(number) FROM user_groups WHERE pool = ?1), 0), coalesce((SELECT max(number) FROM purged_groups WHERE pool = ?1), 0))
WHERE true ON CONFLICT DO NOTHING
----
INSERT INTO users (username, status, enabled, sign_outs, created, modified, password_set, salt, verifier, attributes, state, pool, sub, version)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING
----
INSERT OR REPLACE INTO attempts (pool, name, tries, first_at, last_at) VALUES (?, ?, ?, ?, ?)
----
INSERT OR REPLACE INTO codes (pool, sub, purpose, hash, attribute, value, issued, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
----
INSERT OR REPLACE INTO installation (name, value) VALUES (?, ?)
----
SELECT 1 FROM names WHERE pool = ? AND name = ? AND sub = ?
----
SELECT 1 FROM revocations WHERE pool = ? AND origin_jti = ?
----
SELECT 1 FROM used_sessions WHERE pool = ? AND sign_in = ?
----
SELECT 1 FROM users WHERE pool = ? AND sub = ?
----
SELECT DISTINCT pool FROM signing_keys WHERE pool > ? ORDER BY pool LIMIT ?
----
SELECT count(*) FROM key_stock
----
SELECT g.name, g.description, g.role_arn, g.precedence, g.created, g.modified, g.version FROM members m JOIN user_groups g ON g.pool = m.pool AND g.number = m.group_number
WHERE m.pool = ? AND m.sub = ? ORDER BY g.precedence IS NULL, g.precedence, g.name
----
SELECT g.name, g.description, g.role_arn, g.precedence, g.created, g.modified, g.version FROM user_groups g WHERE g.pool = ? AND g.name = ?
----
SELECT g.name, g.description, g.role_arn, g.precedence, g.created, g.modified, g.version FROM user_groups g WHERE g.pool = ? AND g.name > ? ORDER BY g.name LIMIT ?
----
SELECT generation, rotated, expires FROM rotations WHERE pool = ? AND origin_jti = ?
----
SELECT hash, attribute, value, issued, expires FROM codes WHERE pool = ? AND sub = ? AND purpose = ?
----
SELECT id, content FROM messages WHERE id > ? ORDER BY id LIMIT ?
----
SELECT id, pool, at, recipient, content, state, attempts, next_attempt, expires FROM messages WHERE (?1 IS NULL OR pool = ?1) ORDER BY at DESC, rowid DESC LIMIT ?2
----
SELECT id, pool, at, recipient, content, state, attempts, next_attempt, expires FROM messages WHERE id = ?
----
SELECT id, pool, at, recipient, content, state, attempts, next_attempt, expires FROM messages WHERE recipient = ?3 AND (?1 IS NULL OR pool = ?1) ORDER BY at DESC, rowid DESC LIMIT ?2
----
SELECT id, pool, at, recipient, content, state, attempts, next_attempt, expires FROM messages WHERE state = 1 AND next_attempt <= ? ORDER BY next_attempt, rowid LIMIT ?
----
SELECT id, sealed FROM ring_keys WHERE id > ? ORDER BY id LIMIT ?
----
SELECT id, sealed, created FROM ring_keys ORDER BY id
----
SELECT kid FROM signing_keys WHERE pool = ? AND expires IS NULL
----
SELECT kid, sealed FROM key_stock WHERE kid > ? ORDER BY kid LIMIT ?
----
SELECT kid, sealed, created FROM key_stock ORDER BY created, kid LIMIT 2
----
SELECT kind, number, id, account, region, name, settings, created, modified, version FROM pools WHERE kind = ? AND account = ? AND region = ? AND id > ? ORDER BY id LIMIT ?
----
SELECT kind, number, id, account, region, name, settings, created, modified, version FROM pools WHERE kind = ? AND id = ?
----
SELECT kind, number, id, account, region, name, settings, created, modified, version FROM pools WHERE number = ?
----
SELECT name, value FROM installation WHERE name > ? ORDER BY name LIMIT ?
----
SELECT number FROM user_groups WHERE pool = ? AND name = ?
----
SELECT pool FROM directory WHERE kind = ? AND name = ?
----
SELECT pool FROM signing_keys WHERE kid = ?
----
SELECT pool, 0 FROM purged_pools LIMIT 1
----
SELECT pool, kid, sealed FROM signing_keys WHERE (pool, kid) > (?, ?) ORDER BY pool, kid LIMIT ?
----
SELECT pool, kind, name, secret FROM resources WHERE (pool, kind, name) > (?, ?, ?) ORDER BY pool, kind, name LIMIT ?
----
SELECT pool, kind, name, settings, secret, created, modified, version FROM resources WHERE pool = ? AND kind = ? AND name = ?
----
SELECT pool, kind, name, settings, secret, created, modified, version FROM resources WHERE pool = ? AND kind = ? AND name > ? ORDER BY name LIMIT ?
----
SELECT pool, kind, name, settings, secret, created, modified, version FROM resources WHERE pool = ? AND kind = ? ORDER BY name LIMIT ?
----
SELECT pool, number FROM purged_groups LIMIT 1
----
SELECT pool, sub, verifier FROM users WHERE (pool, sub) > (?, ?) ORDER BY pool, sub LIMIT ?
----
SELECT purpose, kid, sealed, created, expires FROM signing_keys WHERE pool = ? ORDER BY created, purpose, kid
----
SELECT tries, first_at, last_at FROM attempts WHERE pool = ? AND name = ?
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state FROM user_groups g
CROSS JOIN members m ON m.pool = g.pool AND m.group_number = g.number
CROSS JOIN users u ON u.pool = m.pool AND u.sub = m.sub
WHERE g.pool = ? AND g.name = ? AND m.sub > ? ORDER BY m.sub LIMIT ?
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state FROM users u WHERE u.pool = ? AND u.sub > ? ORDER BY u.sub LIMIT ?
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state FROM users u WHERE u.pool = ?1 AND u.sub = coalesce(
    (SELECT s.sub FROM users s WHERE s.pool = ?1 AND s.sub = ?3), (SELECT n.sub FROM names n WHERE n.pool = ?1 AND n.name = ?2))
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state, EXISTS (SELECT 1 FROM revocations r WHERE r.pool = ?1 AND r.origin_jti = ?3)
FROM users u WHERE u.pool = ?1 AND u.sub = ?2
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state, a.tries, a.first_at, a.last_at, g.name, g.description, g.role_arn, g.precedence, g.created, g.modified, g.version
FROM (SELECT 1) one
LEFT JOIN users u ON u.pool = ?1 AND u.sub = coalesce(
    (SELECT s.sub FROM users s WHERE s.pool = ?1 AND s.sub = ?3), (SELECT n.sub FROM names n WHERE n.pool = ?1 AND n.name = ?2))
LEFT JOIN attempts a ON a.pool = ?1 AND a.name = CAST(?4 || coalesce(u.sub, ?5) AS BLOB)
LEFT JOIN members m ON m.pool = ?1 AND m.sub = u.sub
LEFT JOIN user_groups g ON g.pool = ?1 AND g.number = m.group_number
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state, t.value
FROM terms t CROSS JOIN users u ON u.pool = t.pool AND u.sub = t.sub WHERE t.pool = ?1 AND t.attribute = ?2 AND (t.value, t.sub) > (?3, ?5) AND t.value < ?4 ORDER BY t.value, t.sub LIMIT ?6
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state, t.value
FROM terms t CROSS JOIN users u ON u.pool = t.pool AND u.sub = t.sub WHERE t.pool = ?1 AND t.attribute = ?2 AND t.value = ?3 AND t.sub > ?4 ORDER BY t.sub LIMIT ?5
----
SELECT u.sub, u.username, u.status, u.enabled, u.sign_outs, u.version, u.created, u.modified, u.password_set, u.salt, u.verifier, u.attributes, u.state, t.value
FROM terms t CROSS JOIN users u ON u.pool = t.pool AND u.sub = t.sub WHERE t.pool = ?1 AND t.attribute = ?2 AND t.value >= ?3 AND t.value < ?4 ORDER BY t.value, t.sub LIMIT ?5
----
SELECT users FROM user_counts WHERE pool = ?
----
SELECT value FROM installation WHERE name = ?
----
UPDATE installation SET value = ? WHERE name = ? AND value = ?
----
UPDATE key_stock SET sealed = ? WHERE kid = ? AND sealed = ?
----
UPDATE messages SET content = ? WHERE id = ? AND content = ?
----
UPDATE messages SET state = ?, attempts = ?, next_attempt = ?, expires = ? WHERE id = ?
----
UPDATE pools SET account = ?, region = ?, name = ?, settings = ?, created = ?, modified = ?, version = version + 1
WHERE number = ? AND version = ?
----
UPDATE resources SET secret = ?, version = version + 1 WHERE pool = ? AND kind = ? AND name = ? AND secret = ?
----
UPDATE resources SET settings = ?, secret = ?, created = ?, modified = ?, version = version + 1
WHERE pool = ? AND kind = ? AND name = ? AND version = ?
----
UPDATE ring_keys SET sealed = ? WHERE id = ? AND sealed = ?
----
UPDATE rotations SET generation = ?1, rotated = ?2, expires = ?3 WHERE pool = ?4 AND origin_jti = ?5 AND generation = ?1 - 1
----
UPDATE signing_keys SET expires = ? WHERE pool = ? AND expires IS NULL
----
UPDATE signing_keys SET sealed = ? WHERE pool = ? AND kid = ? AND sealed = ?
----
UPDATE user_counts SET users = users + ? WHERE pool = ?
----
UPDATE user_groups SET description = ?, role_arn = ?, precedence = ?, created = ?, modified = ?, version = version + 1
WHERE pool = ? AND name = ? AND version = ?
----
UPDATE users SET username = ?, status = ?, enabled = ?, sign_outs = ?, created = ?, modified = ?, password_set = ?, salt = ?, verifier = ?,
    attributes = ?, state = ?, version = version + 1
WHERE pool = ? AND sub = ? AND version = ?
----
UPDATE users SET verifier = ?, version = version + 1 WHERE pool = ? AND sub = ? AND verifier = ?
