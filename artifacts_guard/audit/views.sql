-- One view for each question of a reviewer.

-- Which live keys exist, who owns them, since when?
create view q01_live_keys as
  select key_id, name, owner, account, scopes, created, age_days from keys where revoked = '' order by created, key_id;

-- Which keys were never used, or not for 30, 90 or 180 days?
create view q02_unused_keys as
  select key_id, name, owner, last_used, idle_days,
    case when last_used = '' then 'never used' when idle_days >= 180 then '180 days' when idle_days >= 90 then '90 days' else '30 days' end as unused_for
  from keys where revoked = '' and (last_used = '' or idle_days >= 30) order by idle_days desc, key_id;

-- Which keys are used, but by no repository that was looked at?
create view q03_unknown_consumers as
  select key_id, name, owner, last_used, idle_days from keys
  where revoked = '' and last_used <> '' and automations = 0 order by last_used desc, key_id;

-- Which secrets are held by no live key that is known, or used by nothing?
create view q04_secrets_without_key_or_use as
  select c.repository, c.secret, c.verdict,
    not exists (select 1 from ties t join keys k using (key_id) where t.repository = c.repository and t.secret = c.secret and k.revoked = '') as no_live_key,
    c.verdict = 'unused' as no_use
  from credentials c
  where c.verdict = 'unused'
    or not exists (select 1 from ties t join keys k using (key_id) where t.repository = c.repository and t.secret = c.secret and k.revoked = '')
  order by 1, 2;

-- Which keys hold agents:manage, delete, access:write or everything, and which come from `login`?
create view q05_powerful_keys as
  select k.key_id, k.name, k.owner,
    max(s.scope = 'agents:manage' and s.is_granted) as manages_keys,
    max(s.scope = 'artifacts:delete' and s.is_granted) as deletes,
    max(s.scope = 'artifacts:access:write' and s.is_granted) as opens,
    min(s.is_granted) as everything,
    k.name = 'CLI login' as login
  from keys k join key_scopes s using (key_id) where k.revoked = ''
  group by k.key_id having manages_keys or deletes or opens or everything or login order by 4 desc, 5 desc, 6 desc, 1;

-- Which scopes does each key hold too much, and what proves it?
create view q06_excess_scopes as
  select k.key_id, k.name, k.owner, s.scope, s.proof,
    (select group_concat(scope, ',') from (select scope from key_scopes n where n.key_id = k.key_id and n.state in ('required', 'conditional', 'used'))) as needed,
    (select w.repository || ': ' || w.path || ':' || w.line || ' ' || w.command from ties t join witnesses w using (repository, secret)
      where t.key_id = k.key_id limit 1) as witness
  from keys k join key_scopes s using (key_id) where k.revoked = '' and s.is_excess order by k.name, k.key_id, s.rowid;

-- Which secrets and keys serve several jobs or repositories, and what do they hold more than each job needs?
create view q07_shared_secrets as
  select 'secret' as what, repository as place, secret as name, count(*) as jobs, 1 as repositories,
    (select minimum from credentials c where c.repository = j.repository and c.secret = j.secret) as together,
    group_concat(path || '#' || job || ': ' || minimum, '; ') as each_job
  from jobs j group by repository, secret having count(*) > 1
  union all
  select 'key', key_id, name, automations, repositories,
    (select group_concat(scope, ',') from key_scopes s where s.key_id = k.key_id and s.state in ('required', 'conditional')),
    (select group_concat(repository || ': ' || path || '#' || job, '; ') from key_jobs g where g.key_id = k.key_id)
  from keys k where revoked = '' and automations > 1
  order by 1, 2, 3;

-- Which tokens are committed, in which commits, and are they still alive?
create view q08_committed_tokens as
  select t.repository, r.commit_id, t.path, t.line, t.family, t.encoding, t.fingerprint,
    (select count(distinct o.repository) from tokens o where o.fingerprint = t.fingerprint) as repositories,
    coalesce(k.key_id, '') as key_id,
    case when k.key_id is null then 'not known' when k.revoked = '' then 'alive' else 'revoked' end as alive
  from tokens t join repositories r using (repository) left join keys k on k.key_id = t.key_id and t.key_id <> '' order by 1, 3, 4;

-- Which tokens are on command lines or in logs, and on which kind of host?
create view q09_exposed_tokens as
  select repository, path, line, job, sink, program, form, origin, tenancy, runner, masked from exposures
  where sink in ('argv', 'flag', 'log', 'url', 'early') order by repository, path, line, job, sink;

-- Which jobs run what outsiders propose with a key at hand?
create view q10_untrusted_runs as
  select repository, path, line, job, secret, event, takes_proposal, guard from untrusted order by 1, 2, 3;

-- What did a key do at which time, and what could it have done unseen?
create view q11_key_timeline as
  select key_id, time, action as did, artifact, '' as unseen from events
  union all
  select k.key_id, '', '', '', s.scope from keys k join key_scopes s using (key_id)
  where s.is_granted and s.scope not in ('artifacts:create', 'artifacts:update', 'artifacts:delete')
  order by 1, 2, 5;

-- Which key is the oldest, and which are older than the limit for their rotation?
create view q12_key_ages as
  select key_id, name, owner, created, age_days, rotate_days, age_days > rotate_days as too_old
  from keys where revoked = '' order by age_days desc, key_id;

-- Which suppressions and exclusions are in force, whose are they, until when?
create view q13_exclusions as
  select repository, kind, what, reason, until, owner, path, line from exclusions order by repository, kind, path, line, what;

-- What has changed since the last review?
create view q14_changes as select kind, what, detail from changes order by kind, what;

-- What could not be analysed, and why?
create view q15_not_analysed as
  select repository, '' as path, 0 as line, reason from repositories where state <> 'analysed'
  union all select repository, path, 0, reason from skipped
  union all select repository, path, line, 'not followed: ' || command from unresolved
  union all select repository, '', 0, note from notes
  order by 1, 2, 3, 4;

-- Which repositories were not scanned?
create view q16_not_scanned as select repository, state, reason from repositories where state <> 'analysed' order by 1;

-- Does the key of this audit obey the policy?
create view q17_own_key as
  select k.key_id, k.name, k.declared, k.age_days <= k.rotate_days as young_enough,
    (select group_concat(scope, ',') from key_scopes s where s.key_id = k.key_id and s.is_granted and s.scope <> 'agents:manage') as more_than_it_needs,
    k.declared and k.age_days <= k.rotate_days
      and not exists (select 1 from key_scopes s where s.key_id = k.key_id and s.is_granted and s.scope <> 'agents:manage') as obeys
  from keys k where k.own;

-- How can a finding be reproduced?
create view q18_reproduction as
  select f.number, f.repository, r.commit_id, r.tree, f.rule, f.path, f.line, f.fingerprint,
    (select value from meta where name = 'program') as program, (select value from meta where name = 'rules') as rules,
    case when f.repository = '' then 'artifacts-guard audit with the inputs of the evidence'
      else 'artifacts-guard audit ' || f.repository || case when r.commit_id = '' then ' --worktree' else ' --rev ' || r.commit_id end end as command
  from findings f left join repositories r using (repository) order by f.number;
