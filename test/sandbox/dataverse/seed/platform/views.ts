/** A table's views as a person has them: the columns of the public one, its filter, and what quick find looks in. */
export type ViewPlan = {
  readonly entity: string
  readonly id: string
  readonly name: string
  readonly columns: readonly string[]
  readonly find: readonly string[]
  readonly order: string
  readonly isDescending?: boolean
  /** The state of the rows shown; without it, all. */
  readonly state?: number
  /** Dataverse Search has the table too. */
  readonly isIndexed?: boolean
}

export const VIEW_PLANS: readonly ViewPlan[] = [
  {
    entity: 'account',
    id: 'accountid',
    name: 'Active Accounts',
    columns: ['name', 'telephone1', 'address1_city', 'primarycontactid', 'ownerid'],
    find: ['name', 'accountnumber', 'emailaddress1', 'telephone1', 'address1_city'],
    order: 'name',
    state: 0,
    isIndexed: true,
  },
  {
    entity: 'contact',
    id: 'contactid',
    name: 'Active Contacts',
    columns: ['fullname', 'parentcustomerid', 'jobtitle', 'emailaddress1', 'telephone1'],
    find: ['fullname', 'firstname', 'lastname', 'emailaddress1', 'telephone1'],
    order: 'fullname',
    state: 0,
    isIndexed: true,
  },
  {
    entity: 'lead',
    id: 'leadid',
    name: 'Open Leads',
    columns: ['fullname', 'subject', 'companyname', 'emailaddress1', 'statuscode', 'createdon'],
    find: ['fullname', 'companyname', 'subject', 'emailaddress1'],
    order: 'createdon',
    isDescending: true,
    state: 0,
    isIndexed: true,
  },
  {
    entity: 'opportunity',
    id: 'opportunityid',
    name: 'Open Opportunities',
    columns: ['name', 'customerid', 'estimatedvalue', 'estimatedclosedate', 'salesstage', 'ownerid'],
    find: ['name', 'description'],
    order: 'estimatedclosedate',
    state: 0,
    isIndexed: true,
  },
  {
    entity: 'incident',
    id: 'incidentid',
    name: 'Active Cases',
    columns: ['title', 'ticketnumber', 'prioritycode', 'customerid', 'statuscode', 'ownerid'],
    find: ['title', 'ticketnumber', 'description'],
    order: 'createdon',
    isDescending: true,
    state: 0,
    isIndexed: true,
  },
  {
    entity: 'activitypointer',
    id: 'activityid',
    name: 'My Activities',
    columns: ['subject', 'activitytypecode', 'regardingobjectid', 'scheduledend', 'statecode', 'ownerid'],
    find: ['subject'],
    order: 'scheduledend',
  },
  {
    entity: 'task',
    id: 'activityid',
    name: 'All Tasks',
    columns: ['subject', 'regardingobjectid', 'prioritycode', 'scheduledend', 'ownerid'],
    find: ['subject', 'description'],
    order: 'scheduledend',
    isIndexed: true,
  },
  {
    entity: 'phonecall',
    id: 'activityid',
    name: 'All Phone Calls',
    columns: ['subject', 'regardingobjectid', 'phonenumber', 'scheduledend', 'ownerid'],
    find: ['subject', 'description', 'phonenumber'],
    order: 'scheduledend',
    isIndexed: true,
  },
  {
    entity: 'email',
    id: 'activityid',
    name: 'All Emails',
    columns: ['subject', 'regardingobjectid', 'statuscode', 'modifiedon', 'ownerid'],
    find: ['subject', 'description'],
    order: 'modifiedon',
    isDescending: true,
    isIndexed: true,
  },
  {
    entity: 'appointment',
    id: 'activityid',
    name: 'All Appointments',
    columns: ['subject', 'regardingobjectid', 'location', 'scheduledstart', 'scheduledend', 'ownerid'],
    find: ['subject', 'location', 'description'],
    order: 'scheduledstart',
    isIndexed: true,
  },
  {
    entity: 'product',
    id: 'productid',
    name: 'Active Products',
    columns: ['name', 'productnumber', 'price', 'statecode'],
    find: ['name', 'productnumber'],
    order: 'name',
    state: 0,
    isIndexed: true,
  },
  {
    entity: 'quote',
    id: 'quoteid',
    name: 'All Quotes',
    columns: ['name', 'quotenumber', 'customerid', 'totalamount', 'statecode', 'ownerid'],
    find: ['name', 'quotenumber'],
    order: 'name',
  },
  {
    entity: 'salesorder',
    id: 'salesorderid',
    name: 'All Orders',
    columns: ['name', 'ordernumber', 'customerid', 'totalamount', 'statecode', 'ownerid'],
    find: ['name', 'ordernumber'],
    order: 'name',
  },
  {
    entity: 'systemuser',
    id: 'systemuserid',
    name: 'Enabled Users',
    columns: ['fullname', 'businessunitid', 'title', 'internalemailaddress'],
    find: ['fullname', 'internalemailaddress'],
    order: 'fullname',
  },
  {
    entity: 'knowledgearticle',
    id: 'knowledgearticleid',
    name: 'Published Articles',
    columns: ['title', 'articlepublicnumber', 'statuscode', 'modifiedon', 'ownerid'],
    find: ['title', 'articlepublicnumber', 'keywords', 'description', 'content'],
    order: 'title',
    isIndexed: true,
  },
  {
    entity: 'hp_project',
    id: 'hp_projectid',
    name: 'Active Projects',
    columns: ['hp_name', 'hp_number', 'hp_account', 'hp_phase', 'hp_budget', 'ownerid'],
    find: ['hp_name', 'hp_number'],
    order: 'hp_name',
    state: 0,
    isIndexed: true,
  },
]

function fetchOf(plan: ViewPlan, filters: string): string {
  const attributes = [...new Set([...plan.columns, plan.id])].map((name) => `<attribute name="${name}" />`).join('')
  const order = `<order attribute="${plan.order}" descending="${plan.isDescending === true}" />`
  const entity = `<entity name="${plan.entity}">${attributes}${order}${filters}</entity>`
  return `<fetch version="1.0" output-format="xml-platform" mapping="logical">${entity}</fetch>`
}

function stateFilter({ state }: ViewPlan): string {
  if (state === undefined) return ''
  return `<filter type="and"><condition attribute="statecode" operator="eq" value="${state}" /></filter>`
}

export function publicFetch(plan: ViewPlan): string {
  return fetchOf(plan, stateFilter(plan))
}

/** As the service stores it: `{0}` stands for what a person types. */
export function quickFindFetch(plan: ViewPlan): string {
  const conditions = plan.find.map((name) => `<condition attribute="${name}" operator="like" value="{0}" />`).join('')
  return fetchOf(plan, `${stateFilter(plan)}<filter type="or" isquickfindfields="1">${conditions}</filter>`)
}

export function layoutOf({ columns, id, entity }: ViewPlan, objectTypeCode: number): string {
  const cells = columns.map((name, at) => `<cell name="${name}" width="${at === 0 ? 300 : 150}" />`).join('')
  const row = `<row name="result" id="${id}">${cells}</row>`
  return `<grid name="${entity}s" object="${objectTypeCode}" jump="${columns[0] ?? ''}" select="1" icon="1" preview="1">${row}</grid>`
}
