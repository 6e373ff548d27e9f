-- What the pages that are opened most read of the whole register: indexes that answer alone, in the order that is asked for.

-- who is in post on a day
drop index employments_by_organisation;
create index employments_by_organisation on employments (organisation_id, person_id) include (starts_on, ends_on) where known_to = 'infinity';

-- what the newest look-up found
drop index external_certificate_checks_by_certificate;
create index external_certificate_checks_by_certificate
  on external_certificate_checks (certificate_id, revision, checked_on desc, known_from desc, id desc) include (result, registry);

-- who holds a level
create index certificates_by_level on certificates (level) include (person_id) where kind = 'skill_level';
create index external_certificates_by_level on external_certificates (level, valid_until) include (person_id)
  where kind = 'skill_level' and known_to = 'infinity';

-- who is left out of every list
create index people_erased on people (id) where erased_at is not null;

-- every query writes it out: called for every row it cost more than what it was asked of
drop function is_recheck_due;
