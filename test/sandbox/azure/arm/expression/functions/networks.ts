import { invalidExpression } from '../../errors.ts'
import type { Function } from '../evaluate.ts'
import { count, integer, text } from './arguments.ts'

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const toAddress = (value: number): string => [24, 16, 8, 0].map((bits) => Math.floor(value / 2 ** bits) % 256).join('.')

/** @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-cidr#cidrsubnet */
export const NETWORKS: Readonly<Record<string, Function>> = {
  cidrSubnet: (args) => {
    count('cidrSubnet', args, 3)
    const network = text('cidrSubnet', args, 0)
    const [address, prefix] = network.split('/')
    const [newPrefix, at] = [integer('cidrSubnet', args, 1), integer('cidrSubnet', args, 2)]
    const size = 2 ** (32 - newPrefix)
    const most = 2 ** (newPrefix - Number(prefix))
    if (!/^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/.test(network) || newPrefix < Number(prefix) || at < 0 || at >= most)
      throw invalidExpression(
        `The template language function 'cidrSubnet' cannot take network ${at} of prefix ${newPrefix} from '${network}'.`,
      )
    return `${toAddress(toNumber(address ?? '') + at * size)}/${newPrefix}`
  },
}
