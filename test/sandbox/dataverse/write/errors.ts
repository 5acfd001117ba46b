import { DataverseFault } from '../http/errors.ts'
import type { Entity } from '../schema/schema.ts'

/** What the OData layer refuses in a body; README.md says where the texts come from. */
export function payloadError({ entitySetName }: Entity, inner: string): DataverseFault {
  const help =
    'For more information on this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293'
  const text = `Error identified in Payload provided by the user for Entity :'${entitySetName}', ${help}  ---->  InnerException : ${inner}`
  return new DataverseFault(400, '0x80048d19', text)
}

export function undeclared(entity: Entity, name: string): DataverseFault {
  const what = `An undeclared property '${name}' which only has property annotations in the payload but no property value was found in the payload.`
  const rule =
    'In OData, only declared navigation properties and declared named streams can be represented as properties without values.'
  return payloadError(entity, `Microsoft.OData.ODataException: ${what} ${rule}`)
}

export function unknownName(entity: Entity, name: string): DataverseFault {
  const what = `Microsoft.Crm.CrmException: Invalid property '${name}' was found in entity 'Microsoft.Dynamics.CRM.${entity.logicalName}'.`
  return payloadError(
    entity,
    `${what} ---> Microsoft.OData.ODataException: Does not support untyped value in non-open type.`,
  )
}

export function wrongLiteral(entity: Entity, value: unknown, type: string): DataverseFault {
  const shown = typeof value === 'string' ? value : JSON.stringify(value)
  return payloadError(
    entity,
    `Microsoft.OData.ODataException: Cannot convert the literal '${shown}' to the expected type '${type}'.`,
  )
}

export function cannotBeNull(name: string): DataverseFault {
  return new DataverseFault(400, '0x80040203', `Attribute '${name}' cannot be NULL`)
}

export function invalidState(): DataverseFault {
  return new DataverseFault(400, '0x80040233', 'The object is not in a valid state to perform this operation.')
}
