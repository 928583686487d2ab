const base = process.env.AGENT_ARTIFACTS_BASE_URL ?? 'https://hostartifacts.dev';

async function api(method, path, body) {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { authorization: `Bearer ${process.env.SHARE_TOKEN}` },
    body: JSON.stringify(body),
  });
  return response.json();
}

await api('POST', '/api/artifacts/art_1/share-links', { role: 'viewer' });
