import { app } from '@azure/functions'
import { sweep } from '../shared/app/app.ts'

app.timer('sweep', { schedule: '0 17 * * * *', handler: sweep })
