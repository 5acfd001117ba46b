import { app } from '@azure/functions'
import { endpoints } from '../shared/app/app.ts'

app.http('revoke', {
  route: 'oauth/revoke',
  methods: ['POST', 'OPTIONS'],
  authLevel: 'anonymous',
  handler: endpoints.revoke,
})
