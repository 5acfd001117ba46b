import type { ArmError } from '../../errors.ts'
import type { Wanted, World } from '../world.ts'

/** Names of some types are one for the whole world: refused when another subscription, or another group here, has it. */
export const refuseTakenName = (wanted: Wanted, world: World, refusal: () => ArmError): void => {
  const type = wanted.type.toLowerCase()
  const name = wanted.name.toLowerCase()
  const elsewhere = [...world.resources.values()].some(
    (other) =>
      other.type.toLowerCase() === type &&
      other.name.toLowerCase() === name &&
      other.id.toLowerCase() !== wanted.id.toLowerCase(),
  )
  if (elsewhere || world.taken.has(`${type}/${name}`)) throw refusal()
}
