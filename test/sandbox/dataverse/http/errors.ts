/** An error as the Web API words it: `{"error":{"code","message"}}` with its HTTP status. */
export class DataverseFault extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.name = 'DataverseFault'
    this.status = status
    this.code = code
    this.headers = headers
  }
}

/** What the real service can do and this stand-in cannot: said openly, never answered wrongly. */
export function notEmulated(what: string): DataverseFault {
  return new DataverseFault(501, '0x80040315', `The sandbox's Dataverse does not emulate ${what}.`)
}

/** Everything that the OData layer refuses. */
export function odataError(message: string, status = 400): DataverseFault {
  return new DataverseFault(status, '0x80060888', message)
}

export function unknownProperty(name: string, type: string): DataverseFault {
  return odataError(`Could not find a property named '${name}' on type 'Microsoft.Dynamics.CRM.${type}'.`)
}

export function unknownSegment(segment: string): DataverseFault {
  return odataError(`Resource not found for the segment '${segment}'.`, 404)
}

export function unsupportedParameter(name: string): DataverseFault {
  return odataError(`The query parameter ${name} is not supported`)
}

export function missingRow(entity: string, id: string): DataverseFault {
  return new DataverseFault(404, '0x80040217', `${entity} With Id = ${id} Does Not Exist`)
}

export function unknownAttribute(entity: string, attribute: string): DataverseFault {
  const text = `'${entity}' entity doesn't contain attribute with Name = '${attribute}' and NameMapping = 'Logical'.`
  return new DataverseFault(400, '0x80041103', text)
}

export function unknownEntity(name: string): DataverseFault {
  const text = `The entity with a name = '${name}' with namemapping = 'Logical' was not found in the MetadataCache.`
  return new DataverseFault(400, '0x80041102', text)
}

export function invalidNode(message: string): DataverseFault {
  return new DataverseFault(400, '0x8004111c', message)
}

export function invalidAggregate(message: string): DataverseFault {
  return new DataverseFault(400, '0x8004111a', message)
}

/** A condition's value that is no value of the column's type. */
export function invalidValue(message: string): DataverseFault {
  return new DataverseFault(400, '0x80041108', message)
}

export function invalidArgument(message: string): DataverseFault {
  return new DataverseFault(400, '0x80040203', message)
}
