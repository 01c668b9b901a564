package kamal

// samples are deploy files as people write them.
var samples = []string{
	`# Name of your application. Used to uniquely configure containers.
service: my-app

# Name of the container image.
image: my-user/my-app

# Deploy to these servers.
servers:
  web:
    - 192.168.0.1
  # job:
  #   hosts:
  #     - 192.168.0.1
  #   cmd: bin/jobs

# Enable SSL auto certification via Let's Encrypt.
proxy:
  ssl: true
  host: app.example.com
  # Proxy connects to your container on port 80 by default.
  # app_port: 3000

# Credentials for your image host.
registry:
  # server: registry.digitalocean.com / ghcr.io / ...
  username: my-user

  # Always use an access token rather than real password (pulled from .kamal/secrets).
  password:
    - KAMAL_REGISTRY_PASSWORD

# Configure builder setup.
builder:
  arch: amd64
  # Pass in additional build args needed for your Dockerfile.
  # args:
  #   RUBY_VERSION: <%= ENV["RBENV_VERSION"] || ENV["rvm_ruby_string"] || "#{RUBY_ENGINE}-#{RUBY_ENGINE_VERSION}" %>

# Inject ENV variables into containers (secrets come from .kamal/secrets).
#
# env:
#   clear:
#     DB_HOST: 192.168.0.2
#   secret:
#     - RAILS_MASTER_KEY

# Use a different ssh user than root
#
# ssh:
#   user: app
`,
	`service: hey
image: 37s/hey
servers:
  web:
    hosts:
      - 10.0.0.1: primary
      - 10.0.0.2
    labels:
      traefik.http.routers.hey.rule: Host(` + "`hey.example.com`" + `)
    options:
      memory: 2g
  job:
    hosts: [10.0.0.3, 10.0.0.4]
    cmd: bundle exec sidekiq -q default
    env:
      clear: {CONCURRENCY: 5}
registry:
  server: ghcr.io
  username: hey
  password: ["KAMAL_REGISTRY_PASSWORD"]
builder:
  arch: arm64
  remote: ssh://docker@builder.example.com
  local: false
ssh:
  user: deploy
  proxy: "jump@bastion.example.com"
  log_level: error
sshkit:
  max_concurrent_starts: 10   # many hosts
env:
  clear:
    RAILS_ENV: production
    PORT: 3000
    FEATURE: on
accessories:
  db:
    image: mysql:8.0
    host: 10.0.0.9
    port: "127.0.0.1:3306:3306"
    env:
      secret: [MYSQL_ROOT_PASSWORD]
    files:
      - config/mysql/production.cnf:/etc/mysql/my.cnf
    directories:
      - data:/var/lib/mysql
  redis:
    image: redis:7.0
    roles:
      - web
      - job
aliases:
  console: app exec --interactive --reuse "bin/rails console"
`,
	`x-hosts: &hosts
  - "web-1.example.com"
  - 'web-2.example.com'
x-env: &env
  clear: &clear
    A: 1
    B: yes
service: &name app
image: *name
servers:
    web: *hosts
    cron:
        hosts: *hosts
        cmd: |
            bash -c "
            cron -f"
env:
    <<: *env
    secret:
        - SECRET_KEY_BASE
ssh: {user: deploy, port: 2222, keys: [ "~/.ssh/id_ed25519" ]}
sshkit: {max_concurrent_starts: 5}
boot: {limit: 25%, wait: 2}
retain_containers: 5
asset_path: /rails/public/assets
deploy_timeout: 60
`,
}
