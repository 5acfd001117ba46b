/** The least that an app in Azure is given. */
export const PRODUCTION = {
  PUBLIC_BASE_URL: 'https://crm.contoso.com',
  ENTRA_TENANT_ID: '8f14e45f-ceea-467f-a0e6-1f2d3c4b5a69',
  ENTRA_CLIENT_ID: '2b7e1516-28ae-4d2a-9f4c-3c4fcf098815',
  MANAGED_IDENTITY_CLIENT_ID: '3f5b6c7d-1a2b-4c3d-8e9f-0a1b2c3d4e5f',
  DATAVERSE_URL: 'https://contoso.crm11.dynamics.com',
  TABLES_ENDPOINT: 'https://contosotokens.table.core.windows.net',
  KEY_VAULT_URL: 'https://contoso-crm-chat.vault.azure.net',
}

/** A developer's machine. */
export const DEVELOPMENT = {
  AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
  PUBLIC_BASE_URL: 'http://127.0.0.1:7071',
  ENTRA_TENANT_ID: PRODUCTION.ENTRA_TENANT_ID,
  ENTRA_CLIENT_ID: PRODUCTION.ENTRA_CLIENT_ID,
  ENTRA_AUTHORITY_HOST: 'http://localhost:9000',
  ENTRA_CREDENTIAL: 'client-secret',
  ENTRA_CLIENT_SECRET: 'Q~8vK-3mTz.w7XcR5hYp0LsD2fGj6NbA',
  DATAVERSE_URL: 'http://localhost:9001',
  TABLES_CONNECTION_STRING: 'UseDevelopmentStorage=true',
  LOCAL_KEY_FILE: '.keys/local.json',
}
