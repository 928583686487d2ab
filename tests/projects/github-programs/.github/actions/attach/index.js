const core = require('@actions/core');

async function run() {
  const token = core.getInput('token', { required: true });
  await fetch('https://hostartifacts.dev/api/artifacts/art_1/versions', {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: JSON.stringify({ content: '# report' }),
  });
}

run().catch((error) => core.setFailed(error.message));
