# The host's certificate, and the host itself once the ingress has made its balancer.

data "aws_route53_zone" "this" {
  name = var.zone
}

resource "aws_acm_certificate" "host" {
  domain_name       = var.host
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "proof" {
  for_each = {
    for option in aws_acm_certificate.host.domain_validation_options : option.domain_name => option
  }

  zone_id = data.aws_route53_zone.this.zone_id
  name    = each.value.resource_record_name
  type    = each.value.resource_record_type
  records = [each.value.resource_record_value]
  ttl     = 300
}

resource "aws_acm_certificate_validation" "host" {
  certificate_arn         = aws_acm_certificate.host.arn
  validation_record_fqdns = [for record in aws_route53_record.proof : record.fqdn]
}

data "aws_lb" "ingress" {
  count = var.balancer == null ? 0 : 1

  name = var.balancer
}

resource "aws_route53_record" "host" {
  for_each = var.balancer == null ? toset([]) : toset(["A"])

  zone_id = data.aws_route53_zone.this.zone_id
  name    = var.host
  type    = each.value

  alias {
    name                   = data.aws_lb.ingress[0].dns_name
    zone_id                = data.aws_lb.ingress[0].zone_id
    evaluate_target_health = true
  }
}
