data "digitalocean_domain" "this" {
  name = var.domain
}

resource "digitalocean_record" "host" {
  for_each = var.balancer == null ? toset([]) : toset(["A"])

  domain = data.digitalocean_domain.this.id
  name   = var.host
  type   = each.value
  value  = var.balancer
  ttl    = 300
}

# Nobody else signs certificates for us.
resource "digitalocean_record" "authority" {
  domain = data.digitalocean_domain.this.id
  name   = var.host
  type   = "CAA"
  flags  = 0
  tag    = "issue"
  value  = "letsencrypt.org."
  ttl    = 3600
}
