import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('mcp', {
  route: 'mcp',
  methods: EVERY_METHOD,
  authLevel: 'anonymous',
  handler: endpoints.mcp,
})
