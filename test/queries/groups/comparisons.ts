import { varietyAccountId } from '../../sandbox/dataverse/seed/variety/customers.ts'
import type { Query } from '../query.ts'
import { condition, either, fetch, filter } from '../query.ts'

const PARENT = varietyAccountId('Tidewater UK')

/** One filter over one table, and the same in SQL. */
function ask(name: string, entity: string, conditions: string, where: string): Query {
  return {
    name,
    entity,
    fetchXml: fetch(entity, `<attribute name="${entity}id"/>${filter(conditions)}`),
    sql: `select ${entity}id from ${entity} where ${where}`,
  }
}
const account = (name: string, conditions: string, where: string): Query => ask(name, 'account', conditions, where)
const contact = (name: string, conditions: string, where: string): Query => ask(name, 'contact', conditions, where)
const deal = (name: string, conditions: string, where: string): Query => ask(name, 'opportunity', conditions, where)
const known = (attribute: string): string => condition(attribute, 'not-null')

const equality: readonly Query[] = [
  account('text without case', condition('name', 'eq', 'ALLSMALL timber'), "fold(name) = 'allsmall timber'"),
  account(
    'text with apostrophes',
    condition('name', 'eq', "O'Mara & O'Neill Yachts"),
    "name = 'O''Mara & O''Neill Yachts'",
  ),
  account('text with XML in it', condition('name', 'eq', '"Quoted" Decks <North>'), `name = '"Quoted" Decks <North>'`),
  account(
    'text with an umlaut in capitals',
    condition('name', 'eq', 'ÜBERSEE HÖLZER'),
    "fold(name) = 'ubersee holzer'",
  ),
  account('text without its umlauts', condition('name', 'eq', 'Ubersee Holzer'), "fold(name) = 'ubersee holzer'"),
  account(
    'ne of text without its umlaut',
    known('address1_city') + condition('address1_city', 'ne', 'koln '),
    "fold(address1_city) <> 'koln'",
  ),
  account(
    'in texts without their umlauts',
    condition('address1_city', 'in', 'Koln', 'x'),
    "fold(address1_city) = 'koln'",
  ),
  account('like with accents that are not there', condition('name', 'like', '%tïmbér'), "name like '%timber'"),
  account('begins-with without the umlaut', condition('name', 'begins-with', 'uber'), "name like 'uber%'"),
  account('a set finds letters with accents', condition('name', 'like', '[u]b%'), "name like 'ub%'"),
  account('a whole number', condition('numberofemployees', 'eq', '34'), 'numberofemployees = 34'),
  account('nought is not null', condition('numberofemployees', 'eq', '0'), 'numberofemployees = 0'),
  account('money', condition('revenue', 'eq', '114700.5'), 'revenue = 114700.5'),
  account('a boolean as 1', condition('creditonhold', 'eq', '1'), 'creditonhold = 1'),
  account('a boolean as false', condition('donotemail', 'eq', 'false'), 'donotemail = 0'),
  account('a choice', condition('industrycode', 'eq', '9'), 'industrycode = 9'),
  account('a state', condition('statecode', 'eq', '1'), 'statecode = 1'),
  account('a lookup', condition('parentaccountid', 'eq', PARENT), `parentaccountid = '${PARENT}'`),
  account(
    'a GUID in braces and capitals',
    condition('accountid', 'eq', `{${PARENT.toUpperCase()}}`),
    `accountid = '${PARENT}'`,
  ),
  deal('a date', condition('estimatedclosedate', 'eq', '2026-12-01'), "estimatedclosedate = '2026-12-01'"),
  account('ne beside not-null', known('industrycode') + condition('industrycode', 'ne', '5'), 'industrycode <> 5'),
  account(
    'neq beside not-null',
    known('address1_city') + condition('address1_city', 'neq', 'bristol'),
    "fold(address1_city) <> 'bristol'",
  ),
]

const order: readonly Query[] = [
  account('gt', condition('numberofemployees', 'gt', '100'), 'numberofemployees > 100'),
  account('ge', condition('numberofemployees', 'ge', '136'), 'numberofemployees >= 136'),
  account('lt', condition('revenue', 'lt', '200000'), 'revenue < 200000'),
  account('le', condition('revenue', 'le', '114700.5'), 'revenue <= 114700.5'),
  deal('gt of a date', condition('estimatedclosedate', 'gt', '2026-12-31'), "estimatedclosedate > '2026-12-31'"),
  deal('le of a date', condition('estimatedclosedate', 'le', '2026-11-24'), "estimatedclosedate <= '2026-11-24'"),
  deal(
    'ge of an instant',
    condition('modifiedon', 'ge', '2026-11-20T10:35:00Z'),
    "modifiedon >= '2026-11-20T10:35:00Z'",
  ),
  deal(
    'lt of an instant with an offset',
    condition('createdon', 'lt', '2026-10-01T01:00:00+01:00'),
    "createdon < '2026-10-01T00:00:00Z'",
  ),
  contact('a leap day', condition('birthdate', 'eq', '2000-02-29'), "birthdate = '2000-02-29'"),
  contact(
    'between dates, both ends in',
    condition('birthdate', 'between', '1990-12-31', '1991-01-01'),
    "birthdate between '1990-12-31' and '1991-01-01'",
  ),
  account(
    'between numbers',
    condition('numberofemployees', 'between', '34', '68'),
    'numberofemployees between 34 and 68',
  ),
  account(
    'not-between beside not-null',
    known('revenue') + condition('revenue', 'not-between', '110000', '400000'),
    'revenue not between 110000 and 400000',
  ),
]

const lists: readonly Query[] = [
  account('in choices', condition('industrycode', 'in', '5', '6', '23'), 'industrycode in (5, 6, 23)'),
  account(
    'in texts',
    condition('address1_city', 'in', 'köln', 'FALMOUTH'),
    "fold(address1_city) in ('koln', 'falmouth')",
  ),
  account('in with one value', condition('statuscode', 'in', '2'), 'statuscode = 2'),
  account(
    'not-in beside not-null',
    known('industrycode') + condition('industrycode', 'not-in', '5', '9'),
    'industrycode not in (5, 9)',
  ),
  account('null of a lookup', condition('parentaccountid', 'null'), 'parentaccountid is null'),
  account('not-null of a lookup', condition('parentaccountid', 'not-null'), 'parentaccountid is not null'),
  deal('null of a date', condition('estimatedclosedate', 'null'), 'estimatedclosedate is null'),
  account('null of a number is not nought', condition('numberofemployees', 'null'), 'numberofemployees is null'),
  contact(
    'contain-values finds one choice',
    condition('hp_interests', 'contain-values', '2'),
    "',' || hp_interests || ',' like '%,2,%'",
  ),
  contact(
    'contain-values finds any of several',
    condition('hp_interests', 'contain-values', '12', '2'),
    "',' || hp_interests || ',' like '%,2,%' or ',' || hp_interests || ',' like '%,12,%'",
  ),
  contact(
    'not-contain-values beside not-null',
    known('hp_interests') + condition('hp_interests', 'not-contain-values', '1', '3'),
    "hp_interests is not null and ',' || hp_interests || ',' not like '%,1,%' and ',' || hp_interests || ',' not like '%,3,%'",
  ),
]

const starts = (letters: string): string => `instr('${letters}', substr(fold(name), 1, 1)) > 0`
const text: readonly Query[] = [
  account('like', condition('name', 'like', '%OAK%'), "fold(name) like '%oak%'"),
  account(
    'like with one unknown character',
    condition('name', 'like', 'under_score%'),
    "fold(name) like 'under_score%'",
  ),
  account(
    'like with a bracketed underscore',
    condition('name', 'like', 'under[_]score%'),
    "substr(fold(name), 1, 11) = 'under_score'",
  ),
  account('like with a bracketed percent', condition('name', 'like', '100[%]%'), "substr(name, 1, 4) = '100%'"),
  account('like with a set', condition('name', 'like', '[a-c]%'), starts('abc')),
  account(
    'like with a set that excludes',
    condition('name', 'like', '[^a-t]%'),
    `not (${starts('abcdefghijklmnopqrst')})`,
  ),
  account('like with an apostrophe', condition('name', 'like', "%'n%"), "instr(fold(name), '''n') > 0"),
  account(
    'like of a lookup’s name',
    condition('parentaccountid', 'like', 'tidewater%'),
    "parentaccountid in (select accountid from raw_account where name like 'tidewater%')",
  ),
  account(
    'not-like beside not-null',
    known('description') + condition('description', 'not-like', '%days%'),
    "description not like '%days%'",
  ),
  account('begins-with', condition('name', 'begins-with', 'tide'), "name like 'tide%'"),
  account('begins-with an umlaut', condition('name', 'begins-with', 'ÜB'), "substr(fold(name), 1, 2) = 'ub'"),
  account('not-begin-with', condition('name', 'not-begin-with', 't'), "name not like 't%'"),
  account('ends-with', condition('name', 'ends-with', 'LTD'), "name like '%ltd'"),
  account(
    'ends-with a letter beyond ASCII',
    condition('name', 'ends-with', 'möbel'),
    "substr(fold(name), -5) = 'mobel'",
  ),
  account('not-end-with', condition('name', 'not-end-with', 's'), "name not like '%s'"),
  contact(
    'begins-with of a text that is null at times',
    condition('jobtitle', 'begins-with', 'head'),
    "jobtitle like 'head%'",
  ),
]

const columnTo = (attribute: string, operator: string, other: string): string =>
  `<condition attribute="${attribute}" operator="${operator}" valueof="${other}"/>`
const columns: readonly Query[] = [
  deal('eq of two columns', columnTo('actualvalue', 'eq', 'estimatedvalue'), 'actualvalue = estimatedvalue'),
  deal('lt of two columns', columnTo('budgetamount', 'lt', 'estimatedvalue'), 'budgetamount < estimatedvalue'),
  deal('ge of two columns', columnTo('budgetamount', 'ge', 'estimatedvalue'), 'budgetamount >= estimatedvalue'),
  deal(
    'ne of two known columns',
    known('budgetamount') + known('estimatedvalue') + columnTo('budgetamount', 'ne', 'estimatedvalue'),
    'budgetamount <> estimatedvalue',
  ),
  deal('gt of two instants', columnTo('modifiedon', 'gt', 'createdon'), 'modifiedon > createdon'),
  deal('le of two instants', columnTo('modifiedon', 'le', 'createdon'), 'modifiedon <= createdon'),
]

const logic: readonly Query[] = [
  account(
    'or',
    either(condition('industrycode', 'null'), condition('creditonhold', 'eq', '1')),
    'industrycode is null or creditonhold = 1',
  ),
  account(
    'and within or',
    either(
      filter(condition('statecode', 'eq', '0'), condition('revenue', 'gt', '1000000')),
      condition('name', 'like', '%yacht%'),
    ),
    "(statecode = 0 and revenue > 1000000) or name like '%yacht%'",
  ),
  account(
    'or within and',
    condition('statecode', 'eq', '0') +
      either(condition('address1_city', 'eq', 'Bristol'), condition('address1_city', 'eq', 'Köln')),
    "statecode = 0 and fold(address1_city) in ('bristol', 'koln')",
  ),
  account(
    'a secured column is null for whoever lacks the profile',
    condition('creditlimit', 'null'),
    'creditlimit is null',
  ),
  account('a secured column compares as null', condition('creditlimit', 'gt', '20000'), 'creditlimit > 20000'),
]

export const comparisonQueries: readonly Query[] = [...equality, ...order, ...lists, ...text, ...columns, ...logic]
