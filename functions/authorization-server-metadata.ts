import { app } from '@azure/functions'
import { endpoints, EVERY_METHOD } from '../shared/app/app.ts'

app.http('authorization-server-metadata', {
  route: '.well-known/oauth-authorization-server/{*path}',
  methods: EVERY_METHOD,
  authLevel: 'anonymous',
  handler: endpoints.authorizationServerMetadata,
})
