export type Args = Readonly<Record<string, unknown>>

/** A call as models write it, and the call that they mean by it: both must give the same rows. */
export type Forgiven = readonly [what: string, wrong: Args, meant: Args]
/** A call that cannot be meant well, the code of its error, and what of it the first suggestion stands in for. */
export type Refused = readonly [what: string, wrong: Args, code: string, replaced: string]

const opportunity = (args: Args): Args => ({
  entity: 'opportunity',
  select: ['name'],
  orderby: 'name',
  top: 500,
  ...args,
})
const account = (args: Args): Args => ({ entity: 'account', select: ['name'], orderby: 'name', top: 500, ...args })
const filtered = (filter: string): Args => opportunity({ filter })
const accounts = (filter: string): Args => account({ filter })
const fetched = (inner: string, entity = 'opportunity'): Args => ({
  fetchxml: `<fetch><entity name="${entity}"><attribute name="name"/>${inner}<order attribute="name"/></entity></fetch>`,
  top: 500,
})
const where = (condition: string): Args => fetched(`<filter>${condition}</filter>`)

const project = (link: string): Args => ({
  fetchxml: `<fetch><entity name="hp_project"><attribute name="hp_name"/>${link}</entity></fetch>`,
})

/** Evidence for each kind stands in the list of what language models get wrong most with the Web API. */
export const FORGIVEN: readonly Forgiven[] = [
  ['the set name', opportunity({ entity: 'opportunities' }), opportunity({})],
  ['a display name', opportunity({ entity: 'Opportunity' }), opportunity({})],
  ['a plural display name', opportunity({ entity: 'Opportunities' }), opportunity({})],
  ['upper case', opportunity({ entity: 'OPPORTUNITY', select: ['NAME'] }), opportunity({})],
  ['a label in select', opportunity({ select: ['Est. Revenue'] }), opportunity({ select: ['estimatedvalue'] })],
  ['a lookup in select', opportunity({ select: ['ownerid'] }), opportunity({ select: ['_ownerid_value'] })],
  ['the name column beside a lookup', opportunity({ select: ['owneridname'] }), opportunity({ select: ['ownerid'] })],
  ['$select in one text', opportunity({ select: ['name,ownerid'] }), opportunity({ select: ['name', 'ownerid'] })],
  ['one column as a text', opportunity({ select: 'name' }), opportunity({})],
  ['numbers and booleans in quotes', opportunity({ top: '500', count: 'false' }), opportunity({})],
  ['null for what is left out', opportunity({ filter: null, cursor: null, fetchxml: null }), opportunity({})],
  ['a lookup in a filter', filtered('ownerid ne null'), filtered('_ownerid_value ne null')],
  ['a $filter= prefix', filtered('$filter=statecode eq 0'), filtered('statecode eq 0')],
  ['an option label', filtered("statecode eq 'Open'"), filtered('statecode eq 0')],
  ['an option label of a status', filtered("statuscode eq 'Won'"), filtered('statuscode eq 3')],
  ['an option label in lower case', filtered("statecode eq 'won'"), filtered('statecode eq 1')],
  ['a quoted option value', filtered("statecode eq '0'"), filtered('statecode eq 0')],
  ['the label of a stage', filtered("salesstage eq 'Propose'"), filtered('salesstage eq 2')],
  ['a quoted number', filtered("estimatedvalue ge '50000'"), filtered('estimatedvalue ge 50000')],
  ['a number with separators', filtered("estimatedvalue ge '50,000'"), filtered('estimatedvalue ge 50000')],
  ['SQL equality', filtered('statecode = 0'), filtered('statecode eq 0')],
  ['a double equals sign', filtered('statecode == 0'), filtered('statecode eq 0')],
  ['SQL inequality', filtered('statecode <> 0'), filtered('statecode ne 0')],
  ['a comparison sign', filtered('estimatedvalue >= 50000'), filtered('estimatedvalue ge 50000')],
  [
    '&& between conditions',
    filtered('statecode eq 0 && estimatedvalue gt 50000'),
    filtered('statecode eq 0 and estimatedvalue gt 50000'),
  ],
  [
    'upper-case operators',
    filtered('statecode EQ 0 AND estimatedvalue GT 50000'),
    filtered('statecode eq 0 and estimatedvalue gt 50000'),
  ],
  ['LIKE with a wildcard at the end', accounts("name LIKE 'A%'"), accounts("startswith(name,'A')")],
  ['LIKE with wildcards around', accounts("name like '%a%'"), accounts("contains(name,'a')")],
  ['IS NULL', filtered('salesstage IS NULL'), filtered('salesstage eq null')],
  ['IS NOT NULL', accounts('telephone1 is not null'), accounts('telephone1 ne null')],
  ['IN of numbers', filtered('salesstage in (0, 1)'), filtered('(salesstage eq 0 or salesstage eq 1)')],
  ['IN of labels', filtered("statecode in ('Won','Lost')"), filtered('(statecode eq 1 or statecode eq 2)')],
  ['double quotes around a text', accounts('contains(name,"a")'), accounts("contains(name,'a')")],
  ['contains eq true', accounts("contains(name,'a') eq true"), accounts("contains(name,'a')")],
  ['a boolean as a word', account({ filter: "donotemail eq 'No'" }), account({ filter: 'donotemail eq false' })],
  [
    'this-month',
    filtered("estimatedclosedate eq 'this-month'"),
    filtered("Microsoft.Dynamics.CRM.ThisMonth(PropertyName='estimatedclosedate')"),
  ],
  [
    'this month in words',
    filtered('estimatedclosedate eq this-month'),
    filtered("Microsoft.Dynamics.CRM.ThisMonth(PropertyName='estimatedclosedate')"),
  ],
  [
    'this year in words',
    filtered('createdon eq "this year"'),
    filtered("Microsoft.Dynamics.CRM.ThisYear(PropertyName='createdon')"),
  ],
  [
    'last-30-days',
    filtered('createdon eq last-30-days'),
    filtered("Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=30)"),
  ],
  [
    'a function without its namespace',
    filtered("ThisYear(PropertyName='createdon')"),
    filtered("Microsoft.Dynamics.CRM.ThisYear(PropertyName='createdon')"),
  ],
  ['me', filtered("ownerid eq 'me'"), filtered("Microsoft.Dynamics.CRM.EqualUserId(PropertyName='ownerid')")],
  [
    'a lookup by the name of what it leads to',
    filtered("ownerid eq 'Oliver Hughes'"),
    filtered("owninguser/fullname eq 'Oliver Hughes'"),
  ],
  [
    'a path through a lookup to accounts and contacts',
    filtered("customerid/name eq 'Harrow Bank Builders'"),
    filtered("customerid_account/name eq 'Harrow Bank Builders'"),
  ],
  [
    'a path through the lookup column',
    accounts('primarycontactid/fullname ne null'),
    accounts('primarycontactid/fullname ne null'),
  ],
  [
    'a path in the wrong case',
    accounts('PrimaryContactId/FullName ne null'),
    accounts('primarycontactid/fullname ne null'),
  ],
  ['the direction in upper case', opportunity({ orderby: 'name DESC' }), opportunity({ orderby: 'name desc' })],
  ['a $orderby= prefix', opportunity({ orderby: '$orderby=name desc' }), opportunity({ orderby: 'name desc' })],
  ['a minus for descending', opportunity({ orderby: '-name' }), opportunity({ orderby: 'name desc' })],
  [
    'FetchXML in a code fence',
    { ...fetched(''), fetchxml: `\`\`\`xml\n${String(fetched('').fetchxml)}\n\`\`\`` },
    fetched(''),
  ],
  ['FetchXML with the set name', fetched('', 'opportunities'), fetched('')],
  [
    'FetchXML with an option label',
    where('<condition attribute="statecode" operator="eq" value="Won"/>'),
    where('<condition attribute="statecode" operator="eq" value="1"/>'),
  ],
  [
    'FetchXML with the operator equals',
    where('<condition attribute="statecode" operator="equals" value="0"/>'),
    where('<condition attribute="statecode" operator="eq" value="0"/>'),
  ],
  [
    'FetchXML with a value in braces',
    where('<condition attribute="ownerid" operator="ne" value="{00000000-0000-4000-8000-000000000000}"/>'),
    where('<condition attribute="ownerid" operator="ne" value="00000000-0000-4000-8000-000000000000"/>'),
  ],
  ['FetchXML with _x_value', fetched('<attribute name="_ownerid_value"/>'), fetched('<attribute name="ownerid"/>')],
  [
    'FetchXML with a link without its columns',
    project('<link-entity name="account" alias="a"><attribute name="name"/></link-entity>'),
    project(
      '<link-entity name="account" alias="a" from="accountid" to="hp_account"><attribute name="name"/></link-entity>',
    ),
  ],
  [
    'FetchXML with top and page',
    {
      fetchxml:
        '<fetch top="3" page="1"><entity name="opportunity"><attribute name="name"/><order attribute="name"/></entity></fetch>',
    },
    {
      fetchxml:
        '<fetch top="3"><entity name="opportunity"><attribute name="name"/><order attribute="name"/></entity></fetch>',
    },
  ],
]

export const REFUSED: readonly Refused[] = [
  ['a misspelt entity', opportunity({ entity: 'oportunity' }), 'unknown_entity', 'oportunity'],
  ['an entity of another CRM', account({ entity: 'Accountt' }), 'unknown_entity', 'Accountt'],
  ['a column of another CRM', opportunity({ select: ['closedate'] }), 'unknown_column', 'closedate'],
  ['a misspelt column', opportunity({ select: ['estimatedvalu'] }), 'unknown_column', 'estimatedvalu'],
  ['a misspelt column in a filter', filtered('estimatedvalu gt 1'), 'unknown_column', 'estimatedvalu'],
  ['a misspelt column in orderby', opportunity({ orderby: 'estimatedvalu desc' }), 'unknown_column', 'estimatedvalu'],
  ['an unknown option label', filtered("statecode eq 'Opened'"), 'unknown_option', 'Opened'],
  ['a misspelt navigation', accounts('primarycontactidd/fullname ne null'), 'unknown_path', 'primarycontactidd'],
  [
    'an ambiguous path',
    { entity: 'task', select: ['subject'], filter: 'regardingobjectid/createdon eq today' },
    'ambiguous_path',
    'regardingobjectid',
  ],
  [
    'a misspelt relationship in expand',
    account({ expand: [{ lookup: 'primarycontactidd', select: ['fullname'] }] }),
    'unknown_expand',
    'primarycontactidd',
  ],
  [
    'a misspelt column in expand',
    account({ expand: [{ lookup: 'primarycontactid', select: ['fulname'] }] }),
    'unknown_column',
    'fulname',
  ],
  ['FetchXML with a misspelt entity', fetched('', 'oportunity'), 'unknown_entity', 'oportunity'],
  ['FetchXML with a misspelt column', fetched('<attribute name="estimatedvalu"/>'), 'unknown_column', 'estimatedvalu'],
  [
    'FetchXML with a misspelt operator',
    where('<condition attribute="createdon" operator="this-mnth"/>'),
    'invalid_fetchxml',
    'this-mnth',
  ],
  [
    'FetchXML with an unknown label',
    where('<condition attribute="statecode" operator="eq" value="Opened"/>'),
    'unknown_option',
    'Opened',
  ],
]
