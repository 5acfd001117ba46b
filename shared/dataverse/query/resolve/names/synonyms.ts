/** What other CRMs, and people, call columns; a name that the table does not have is not suggested. */
export const SYNONYMS: ReadonlyMap<string, readonly string[]> = new Map(
  [
    'closedate -> estimatedclosedate actualclosedate actualend',
    'closedon closeddate resolvedon resolveddate resolutiondate -> actualclosedate actualend',
    'amount -> estimatedvalue totalamount actualvalue',
    'value -> estimatedvalue totalamount',
    'dealvalue -> estimatedvalue',
    'revenue -> estimatedvalue actualvalue',
    'stage stagename -> salesstage stepname',
    'probability -> closeprobability',
    'status -> statecode statuscode',
    'state -> statecode address1_stateorprovince',
    'isactive isdisabled -> statecode',
    'email -> emailaddress1 internalemailaddress',
    'phone phonenumber -> telephone1 address1_telephone1',
    'mobile -> mobilephone',
    'city billingcity -> address1_city',
    'country billingcountry -> address1_country',
    'street -> address1_line1',
    'postcode postalcode zip -> address1_postalcode',
    'account accountid accountname company companyname -> parentaccountid customerid parentcustomerid',
    'contact -> parentcontactid primarycontactid customerid',
    'owner ownername salesperson assignedto -> ownerid',
    'created createdat createddate -> createdon',
    'modified modifieddate lastmodifieddate updatedat lastactivitydate -> modifiedon',
    'duedate -> scheduledend',
    'startdate -> scheduledstart actualstart',
    'website -> websiteurl',
    'industry -> industrycode',
    'employees -> numberofemployees',
    'priority -> prioritycode',
    'casenumber -> ticketnumber',
    'currency -> transactioncurrencyid',
  ].flatMap((line) => {
    const [words = [], columns = []] = line.split(' -> ').map((part) => part.split(' '))
    return words.map((word) => [word, columns])
  }),
)
