-- People found by initials come in the order of names, and from the index alone.
drop index people_by_initials;
create index people_by_initials on people (name_initials, name_pinyin, name, id);
