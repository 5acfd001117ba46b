import type { WriteRequest } from '../http/api.ts'
import { DataverseFault } from '../http/errors.ts'
import type { Operation } from '../schema/writing.ts'
import { writesSecuredColumns } from '../security/profiles.ts'
import type { Right } from '../security/security.ts'
import { accessDenied, may, requirePrivilege } from '../security/security.ts'
import type { Row } from '../store/store.ts'
import { isReference, valueOf } from '../store/store.ts'
import type { Written } from './body.ts'

/** @throws DataverseFault 403 0x80040220 without the privilege, 0x80048306 where it does not reach the row */
export function requireRight(right: Right, row: Row, { reader: { store, caller } }: WriteRequest): void {
  requirePrivilege(caller, row.entity, right)
  if (!may(right, store, caller, row)) throw accessDenied(caller, row, right)
}

/** @see https://learn.microsoft.com/power-apps/developer/data-platform/field-security-entities */
export function requireSecuredColumns(operation: Operation, row: Row, written: Written, request: WriteRequest): void {
  if (writesSecuredColumns(request.reader.caller)) return
  const touched = row.entity.securedColumns.find((name) => name in written.values)
  if (touched === undefined) return
  if (operation === 'create') {
    const text =
      'The user does not have create permissions to a secured field. The requested operation could not be completed.'
    throw new DataverseFault(403, '0x8004f502', text)
  }
  const text = `The user doesn't have AttributePrivilegeUpdate and not granted shared access for a secured attribute during update operation (${touched})`
  throw new DataverseFault(403, '0x8004f507', text)
}

/** A row that points at another is appended to it: the right to append is asked of the one, to be appended to of the other. */
export function requireAppending(row: Row, bound: readonly Row[], request: WriteRequest): void {
  const others = bound.filter(({ entity, id }) => entity !== row.entity || id !== row.id)
  const named = others.filter(({ entity }) => entity.logicalName !== 'systemuser' && entity.logicalName !== 'team')
  if (named.length > 0) requireRight('Append', row, request)
  for (const one of others) requireRight('AppendTo', one, request)
}

/** A row that is given away has been assigned; one that is made for somebody else, too: assumed. */
export function requireAssigning(row: Row, request: WriteRequest): void {
  const owner = valueOf(row, 'ownerid')
  if (isReference(owner) && owner.id !== request.reader.caller.user.id) requireRight('Assign', row, request)
}
