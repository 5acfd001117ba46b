import { isGuid } from '../run/guid.ts'
import { type Kind, readBoolean } from './kinds.ts'
import { isOrigin, meantOrigin } from './origin.ts'
import { isPrivateRange } from './range.ts'

const isWhole = (text: string, least: number, most = Number.MAX_SAFE_INTEGER): boolean =>
  /^[+-]?\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most

/** A word without dashes is a file to Node, which it runs in place of the worker. */
const areArguments = (text: string): boolean =>
  text.split(' ').every((word) => word === '' || /^--[a-z][\w-]*(?:=\S+)?$/i.test(word))

/** Whether a value is of its kind. */
export const isAllowed = (text: string, kind: Kind): boolean => {
  switch (kind.kind) {
    case 'boolean':
      return readBoolean(text) !== undefined
    case 'whole':
      return isWhole(text, kind.least, kind.most)
    case 'one-of':
      return kind.values.includes(text)
    case 'text':
      return text.length >= (kind.shortest ?? 0) && text.length <= (kind.longest ?? Infinity)
    case 'guid':
      return isGuid(text)
    case 'origin':
      return isOrigin(text)
    case 'month':
      return /^(\d{4}-(0[1-9]|1[0-2])-01)?$/.test(text)
    case 'range':
      return isPrivateRange(text)
    case 'arguments':
      return areArguments(text)
  }
}

/** What a value of a kind is, after "it must be". */
export const inWords = (kind: Kind): string => {
  switch (kind.kind) {
    case 'boolean':
      return 'true or false'
    case 'whole':
      return kind.most === undefined
        ? `a whole number, ${kind.least} or more`
        : `a whole number from ${kind.least} to ${kind.most}`
    case 'one-of':
      return kind.values.map((value) => (value === '' ? 'empty' : value)).join(' or ')
    case 'text':
      return kind.longest === undefined ? 'text' : `text of at most ${kind.longest} characters`
    case 'guid':
      return `a GUID, like 0a1b2c3d-0000-4000-8000-00000000000a: ${kind.of}`
    case 'origin':
      return 'https and a host, without path and without a slash at the end'
    case 'month':
      return 'the first day of a month, like 2026-12-01, or empty'
    case 'range':
      return 'a private IPv4 range of 128 addresses or more that begins at its first, like 10.240.0.0/24'
    case 'arguments':
      return 'arguments with two dashes before each name and = before its value, a blank between them, or empty'
  }
}

/** What was probably meant, fit for a command that somebody copies; or `fallback`, which holds where nothing is set. */
export const probablyMeant = (text: string, kind: Kind, fallback: string | undefined): string => {
  const word = text.trim().toLowerCase()
  switch (kind.kind) {
    case 'boolean':
      if (/^(true|yes|y|on|enabled?)$/.test(word)) return 'true'
      return /^(false|no|n|off|disabled?)$/.test(word) ? 'false' : (fallback ?? '<value>')
    case 'whole':
      return fallback ?? '<value>'
    case 'one-of':
      return kind.values.find((value) => value !== '' && value.toLowerCase() === word) ?? (fallback || '""')
    case 'text':
      return '<value>'
    case 'month':
      return /^\d{4}-(0[1-9]|1[0-2])-\d\d$/.test(word) ? `${word.slice(0, 7)}-01` : '<first of this month>'
    case 'range':
      return fallback ?? '<range>'
    case 'arguments':
      return '--<name>=<value>'
    case 'guid':
      return isGuid(word.replace(/^\{(.*)\}$/, '$1')) ? word.replace(/[{}]/g, '') : kind.placeholder
    case 'origin':
      return meantOrigin(text, kind.host)
  }
}
