#!/bin/sh
# Makes the pool, its domain, the application's client and the user alice, with ids that appsettings.json names.
set -eu
: "${AWS_ENDPOINT_URL:=http://localhost:9229}" "${APPLICATION:=http://localhost:5000}"
export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_PAGER=
cognito() { aws --endpoint-url "$AWS_ENDPOINT_URL" cognito-idp "$@" --output text >/dev/null; }

cognito create-user-pool --pool-name aspnet --user-pool-tags _custom_id_=us-east-1_aspnet
cognito create-user-pool-domain --user-pool-id us-east-1_aspnet --domain aspnet
# As JSON: version 1 of the CLI would fetch what an option's value beginning with "http" names.
cognito create-user-pool-client --cli-input-json "$(cat <<JSON
{
  "UserPoolId": "us-east-1_aspnet", "ClientName": "_custom_id_:aspnet", "SupportedIdentityProviders": ["COGNITO"],
  "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "profile", "email"],
  "CallbackURLs": ["$APPLICATION/signin-oidc"], "LogoutURLs": ["$APPLICATION/"]
}
JSON
)"
cognito admin-create-user --user-pool-id us-east-1_aspnet --username alice --message-action SUPPRESS \
  --user-attributes Name=email,Value=alice@example.com Name=email_verified,Value=true Name=name,Value=Alice
cognito admin-set-user-password --user-pool-id us-east-1_aspnet --username alice --password 'Passw0rd!' --permanent
