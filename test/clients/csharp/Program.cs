// The official C# SDK, as its documentation has it: HttpClientTransport with OAuth options, tools listed and called.
// Arguments: the address, where codes go, the query. Prints a line `open <url>` and reads where the browser was sent;
// then one line a result. Before the last it prints `end` and reads on once the access token has ended.
using System.Text.Json;
using System.Web;
using ModelContextProtocol.Authentication;
using ModelContextProtocol.Client;

var (address, redirect, query) = (args[0], args[1], args[2]);

Task<AuthorizationResult?> SignIn(AuthorizationCallbackContext context, CancellationToken _)
{
    Console.WriteLine($"open {context.AuthorizationUri.AbsoluteUri}");
    var answer = HttpUtility.ParseQueryString(new Uri(Console.ReadLine()!).Query);
    return Task.FromResult<AuthorizationResult?>(
        new AuthorizationResult { Code = answer["code"]!, State = answer["state"], Iss = answer["iss"] });
}

var transport = new HttpClientTransport(new HttpClientTransportOptions
{
    Endpoint = new Uri(address),
    OAuth = new ClientOAuthOptions
    {
        RedirectUri = new Uri(redirect),
        AuthorizationCallbackHandler = SignIn,
        DynamicClientRegistration = new DynamicClientRegistrationOptions { ClientName = "C# SDK" },
    },
});

try
{
    await using var client = await McpClient.CreateAsync(transport);
    var tools = await client.ListToolsAsync();
    Console.WriteLine(JsonSerializer.Serialize(tools.Select(tool => tool.Name)));

    async Task Call(string name, string arguments)
    {
        var given = JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments);
        Console.WriteLine(JsonSerializer.Serialize(await client.CallToolAsync(name, given)));
    }

    await Call("whoami", "{}");
    await Call("query_crm", query);
    Console.WriteLine("end");
    Console.ReadLine();
    await Call("query_crm", query);
    return 0;
}
catch (Exception error)
{
    Console.Error.WriteLine(error);
    return 1;
}
