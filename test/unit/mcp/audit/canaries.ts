import { seed } from '../../../sandbox/dataverse/seed/seed.ts'
import { idOf } from '../../../sandbox/dataverse/seed/tools.ts'
import type { TableRows } from '../../../sandbox/dataverse/store/store.ts'
import { PEOPLE } from '../../../sandbox/people.ts'

/** What records hold, and no event ever may. */
export const IN_RECORDS = {
  name: 'Canaryname Holdings',
  description: 'canarydescription',
  label: 'Canarylabel Person',
  task: 'canarytask',
} as const

export const ACCOUNT = idOf('canary', 'account')
export const CONTACT = idOf('canary', 'contact')
export const TASK = idOf('canary', 'task')
const VIEW = idOf('canary', 'view')
export const VIEW_NAME = 'Canaryview'

/** An account with a contact and a task, and a view of it, all of whose texts are canaries. */
export function canaryRows(): TableRows {
  const seeded = seed(PEOPLE, new Date())
  const first = (entity: string) => seeded.find((row) => row.entity === entity)?.values ?? {}
  const account = { entity: 'account', id: ACCOUNT }
  const fetchxml = `<fetch><entity name="account"><attribute name="name"/><filter><condition attribute="accountnumber" operator="eq" value="CANARYNUMBER"/></filter></entity></fetch>`
  return [
    {
      entity: 'account',
      values: {
        ...first('account'),
        accountid: ACCOUNT,
        accountnumber: 'CANARYNUMBER',
        name: IN_RECORDS.name,
        description: IN_RECORDS.description,
        parentaccountid: null,
        primarycontactid: { entity: 'contact', id: CONTACT },
      },
    },
    {
      entity: 'contact',
      values: { ...first('contact'), contactid: CONTACT, fullname: IN_RECORDS.label, parentcustomerid: account },
    },
    {
      entity: 'task',
      values: { ...first('task'), activityid: TASK, regardingobjectid: account, subject: IN_RECORDS.task },
    },
    {
      entity: 'activitypointer',
      values: {
        ...first('task'),
        activityid: TASK,
        regardingobjectid: account,
        subject: IN_RECORDS.task,
        activitytypecode: 'task',
      },
    },
    {
      entity: 'savedquery',
      values: {
        savedqueryid: VIEW,
        name: VIEW_NAME,
        returnedtypecode: 'account',
        querytype: 0,
        isquickfindquery: false,
        statecode: 0,
        statuscode: 1,
        fetchxml,
        layoutxml:
          '<grid name="resultset"><row name="result" id="accountid"><cell name="name" width="1"/></row></grid>',
      },
    },
  ]
}
