#!/usr/bin/env bash
# For an Entra administrator, where the person who deploys may not create app registrations.
# Needs: az login as Cloud Application Administrator or Application Administrator. Running it again changes nothing.
# Usage: create-app-registration.sh <environment name> <public base URL> <managed identity principal id>
set -euo pipefail

environment=${1:?environment name, e.g. contoso-prod}
base_url=${2:?public base URL, printed by: azd env get-value PUBLIC_BASE_URL}
principal_id=${3:?principal id, printed by: azd env get-value MANAGED_IDENTITY_PRINCIPAL_ID}

name="dynamics-mcp-$environment"
dataverse=00000007-0000-0000-c000-000000000000
user_impersonation=78ce3f0f-a1ce-49c2-8cde-64b5c0896db4
tenant=$(az account show --query tenantId -o tsv)
authority=$(az cloud show --query endpoints.activeDirectory -o tsv)
graph=$(az cloud show --query endpoints.microsoftGraphResourceId -o tsv)

client_id=$(az ad app list --filter "displayName eq '$name'" --query '[0].appId' -o tsv)
if [ -z "$client_id" ]; then
  client_id=$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg --query appId -o tsv)
fi
object_id=$(az ad app show --id "$client_id" --query id -o tsv)
scope_id=$(az ad app show --id "$client_id" --query "api.oauth2PermissionScopes[?value=='MCP.Access'].id | [0]" -o tsv)
scope_id=${scope_id:-$(python3 -c "import uuid; print(uuid.uuid4())")}

az rest --method PATCH --url "${graph%/}/v1.0/applications/$object_id" --body @- <<JSON
{
  "web": {
    "redirectUris": ["${base_url%/}/oauth/callback", "${base_url%/}/signed-out"],
    "implicitGrantSettings": { "enableAccessTokenIssuance": false, "enableIdTokenIssuance": false }
  },
  "api": {
    "requestedAccessTokenVersion": 2,
    "oauth2PermissionScopes": [{
      "id": "$scope_id", "value": "MCP.Access", "type": "User", "isEnabled": true,
      "adminConsentDisplayName": "Read Dynamics 365 as the signed-in person",
      "adminConsentDescription": "Lets the app read Dynamics 365 with the rights of the person who signed in.",
      "userConsentDisplayName": "Read Dynamics 365 as you",
      "userConsentDescription": "Lets the app read Dynamics 365 with your own rights."
    }]
  },
  "requiredResourceAccess": [{
    "resourceAppId": "$dataverse",
    "resourceAccess": [{ "id": "$user_impersonation", "type": "Scope" }]
  }]
}
JSON

credentials=$(az ad app federated-credential list --id "$client_id" --query "[?name=='functions-identity'].name" -o tsv)
if [ -z "$credentials" ]; then
  az ad app federated-credential create --id "$client_id" --output none --parameters @- <<JSON
{
  "name": "functions-identity",
  "issuer": "${authority%/}/$tenant/v2.0",
  "subject": "$principal_id",
  "audiences": ["api://AzureADTokenExchange"]
}
JSON
fi

az ad sp show --id "$client_id" --output none 2>/dev/null || az ad sp create --id "$client_id" --output none
sp_id=$(az ad sp show --id "$client_id" --query id -o tsv)
az rest --method PATCH --url "${graph%/}/v1.0/servicePrincipals/$sp_id" --body '{"appRoleAssignmentRequired": true}'

echo "For the person who deploys:"
echo "  azd env set ENTRA_CLIENT_ID $client_id"
echo "  azd env set ENTRA_API_SCOPE $client_id/MCP.Access"
echo "Consent for the tenant: ${authority%/}/$tenant/adminconsent?client_id=$client_id"
