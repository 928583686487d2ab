-- What an audit found.  Every report is made from these tables alone.
create table meta (name text primary key, value text);
create table repositories (repository text primary key, commit_id text, tree text, state text, reason text, files integer, pipelines integer);
create table keys (
  key_id text, name text, account text, scopes text, created text, last_used text, revoked text, age_days integer, idle_days integer,
  declared integer, owner text, rotate_days integer, automations integer, repositories integer, own integer
);
create table key_scopes (key_id text, scope text, is_granted integer, state text, is_accepted integer, is_excess integer, is_missing integer, proof text);
create table ties (key_id text, repository text, secret text, known_by text);
create table key_jobs (key_id text, repository text, path text, job text);
create table credentials (repository text, secret text, description text, verdict text, is_exact integer, minimum text, ceiling text);
create table credential_scopes (repository text, secret text, scope text, state text);
create table witnesses (repository text, secret text, scope text, state text, path text, line integer, job text, command text, condition text, request text);
create table jobs (repository text, secret text, path text, line integer, job text, system text, minimum text);
create table bindings (repository text, secret text, path text, line integer, job text, system text);
create table findings (
  number integer primary key, repository text, rule text, level text, confidence text, path text, line integer, column_number integer, end_line integer,
  end_column integer, message text, job text, fingerprint text, trail text, fix text
);
create table tokens (repository text, path text, line integer, family text, encoding text, fingerprint text, key_id text);
create table exposures (
  repository text, path text, line integer, job text, system text, sink text, program text, form text, origin text, masked integer, by_default integer,
  tenancy text, runner text
);
create table untrusted (
  repository text, path text, line integer, job text, system text, secret text, event text, takes_proposal integer, guard text
);
create table unresolved (repository text, secret text, path text, line integer, job text, command text);
create table skipped (repository text, path text, reason text, fatal integer);
create table notes (repository text, note text);
create table exclusions (repository text, kind text, what text, reason text, until text, owner text, path text, line integer);
create table events (event_id text, key_id text, action text, artifact text, time text);
create table log_spans (begins text, ends text, days integer);
create table changes (kind text, what text, detail text);
create index findings_of on findings (repository, rule);
create index key_scopes_of on key_scopes (key_id);
create index key_jobs_of on key_jobs (key_id);
create index ties_of on ties (repository, secret);
create index ties_by_key on ties (key_id);
create index credentials_of on credentials (repository, secret);
create index witnesses_of on witnesses (repository, secret);
create index tokens_alike on tokens (fingerprint);
create index tokens_by_key on tokens (key_id);
