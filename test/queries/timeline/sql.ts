/** The names of rows, whoever may read them: what a lookup says. */
const NAME_OF = (id: string, type: string): string => `(case ${type}
  when 'systemuser' then (select fullname from raw_systemuser where systemuserid = ${id})
  when 'team' then (select name from raw_team where teamid = ${id})
  when 'account' then (select name from raw_account where accountid = ${id})
  when 'contact' then (select fullname from raw_contact where contactid = ${id})
  when 'opportunity' then (select name from raw_opportunity where opportunityid = ${id})
  when 'incident' then (select title from raw_incident where incidentid = ${id})
  when 'lead' then (select fullname from raw_lead where leadid = ${id})
  end)`

/** What belongs to a customer; to any other record nothing does. */
const RELATED = (table: string, id: string): string =>
  table !== 'account' && table !== 'contact'
    ? `select null as t, null as id where 0`
    : `select 'opportunity' as t, opportunityid as id from opportunity
         where customerid = '${id}' or ${table === 'account' ? 'parentaccountid' : 'parentcontactid'} = '${id}'
       union all select 'incident', incidentid from incident where customerid = '${id}' or primarycontactid = '${id}'
       union all select 'contact', contactid from contact where parentcustomerid = '${id}'`

const KINDS = `case a.activitytypecode when 'phonecall' then 'call' when 'appointment' then 'meeting' when 'fax' then 'letter'
  when 'opportunityclose' then 'close' when 'incidentresolution' then 'close' else a.activitytypecode end`

const ACTIVITIES = `
  select a.activitytypecode || '/' || a.activityid as id, ${KINDS} as kind, a.statecode as state,
    coalesce(a.actualend, a.senton, a.actualstart, a.createdon) as at,
    case a.activitytypecode when 'appointment' then coalesce(a.scheduledstart, a.scheduledend)
      else coalesce(a.scheduledend, a.scheduledstart) end as due,
    a.subject as title, coalesce(e.directioncode, p.directioncode, l.directioncode, f.directioncode) as outgoing,
    coalesce(e.description, p.description, t.description, m.description, o.description, i.description, l.description,
      f.description) as text,
    ${NAME_OF('a.ownerid', 'a.ownerid_type')} as author,
    a.regardingobjectid_type || '/' || a.regardingobjectid as regarding,
    ${NAME_OF('a.regardingobjectid', 'a.regardingobjectid_type')} as regardingname,
    null as filename, null as filesize, a.activityid as activity
  from acts a left join email e on e.activityid = a.activityid left join phonecall p on p.activityid = a.activityid
    left join task t on t.activityid = a.activityid left join appointment m on m.activityid = a.activityid
    left join opportunityclose o on o.activityid = a.activityid
    left join incidentresolution i on i.activityid = a.activityid left join letter l on l.activityid = a.activityid
    left join fax f on f.activityid = a.activityid`

const NOTES = `
  select 'annotation/' || n.annotationid, 'note', 1, n.createdon, null, n.subject, null, n.notetext,
    ${NAME_OF('n.createdby', 'n.createdby_type')}, n.objectid_type || '/' || n.objectid,
    ${NAME_OF('n.objectid', 'n.objectid_type')}, n.filename, n.filesize, null
  from annotation n where n.objectid = X or n.objectid in (select id from related)`

/** Everything of a record that has happened or is planned, a row for each: a union over the tables that hold it. */
export function timelineSql(table: string, id: string): string {
  return `with related as (${RELATED(table, id)}),
    acts as (select * from activitypointer where regardingobjectid = '${id}'
      or regardingobjectid in (select id from related)
      or activityid in (select activityid from activityparty
        where partyid = '${id}' or partyid in (select id from related where t = 'contact')))
    select *, local(at) as wall, local(due) as duewall from (${ACTIVITIES} union all ${NOTES.replaceAll('X', `'${id}'`)})`
}

/** Those who took part, by activity: senders and organizers, then those who were written to or invited. */
export function partiesSql(): string {
  return `select activityid, participationtypemask as role,
      coalesce(${NAME_OF('partyid', 'partyid_type')}, addressused) as name
    from activityparty where participationtypemask between 1 and 7
    order by participationtypemask in (1, 7) desc, participationtypemask, activitypartyid`
}

/** What is attached to activities. */
export function filesSql(): string {
  return `select objectid, filename, mimetype, filesize from activitymimeattachment order by activitymimeattachmentid`
}

/** What was changed of a record itself, a row for each column of each change. */
export function changesSql(id: string): string {
  return `select u.auditid, u.action, u.createdon as at, local(u.createdon) as wall,
      (select fullname from raw_systemuser where systemuserid = u.userid) as author,
      json_extract(c.value, '$.logicalName') as name, json_extract(c.value, '$.oldValue') as old,
      json_extract(c.value, '$.newValue') as new
    from raw_audit u, json_each(u.changedata, '$.changedAttributes') c where u.objectid = '${id}'
    order by u.createdon desc, u.auditid`
}
