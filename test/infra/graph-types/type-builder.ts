import { ObjectTypePropertyFlags, type ObjectTypeProperty, type TypeFactory, type TypeReference } from 'bicep-types'

const { Required, ReadOnly, DeployTimeConstant, Identifier } = ObjectTypePropertyFlags

/** A member of an object: its type and what Bicep may do with it. */
export type Member = ObjectTypeProperty

/** Short names for the few kinds of members that Graph's resources have. */
export const typeBuilder = (factory: TypeFactory) => {
  const text = factory.addStringType()
  const flag = factory.addBooleanType()
  const whole = factory.addIntegerType()
  const guid = factory.addStringType(undefined, 36, 36, '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$')

  const member = (type: TypeReference, ...flags: ObjectTypePropertyFlags[]): Member => ({
    type,
    flags: flags.reduce((all, one) => (all | one) as ObjectTypePropertyFlags, ObjectTypePropertyFlags.None),
  })
  const required = (type: TypeReference): Member => member(type, Required)
  const readOnly = (type: TypeReference): Member => member(type, ReadOnly)
  const key = (type: TypeReference): Member => member(type, Required, Identifier)
  const constantKey = (type: TypeReference): Member => member(type, Required, Identifier, DeployTimeConstant)
  const list = (item: TypeReference): TypeReference => factory.addArrayType(item)
  const object = (name: string, members: Record<string, Member>): TypeReference =>
    factory.addObjectType(`MicrosoftGraph${name}`, members)

  const resource = (name: string, members: Record<string, Member>): void => {
    const body = factory.addObjectType(`Microsoft.Graph/${name}`, {
      type: member(factory.addStringLiteralType(`Microsoft.Graph/${name}`), ReadOnly, DeployTimeConstant),
      apiVersion: member(factory.addStringLiteralType('v1.0'), ReadOnly, DeployTimeConstant),
      ...members,
      id: readOnly(text),
    })
    factory.addUnscopedResourceType(`Microsoft.Graph/${name}@v1.0`, body, true, true)
  }
  return { text, flag, whole, guid, member, required, readOnly, key, constantKey, list, object, resource }
}
