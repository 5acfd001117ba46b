import process from 'node:process'
import { redirect } from './redirect.mjs'

redirect(JSON.parse(process.env.REHEARSAL_HOSTS))
