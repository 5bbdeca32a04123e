terraform {
  required_version = ">= 1.11.0, < 2.0.0"

  required_providers {
    digitalocean = {
      source  = "digitalocean/digitalocean"
      version = "2.71.0"
    }
  }

  # Spaces speaks S3. Its bucket and endpoint come with -backend-config, out of deploy/terraform/state/digitalocean;
  # its keys come as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
  backend "s3" {
    key                         = "boxoffice/digitalocean.tfstate"
    region                      = "us-east-1"
    use_lockfile                = true
    skip_credentials_validation = true
    skip_metadata_api_check     = true
    skip_region_validation      = true
    skip_requesting_account_id  = true
    skip_s3_checksum            = true
  }
}

# Its token comes as DIGITALOCEAN_TOKEN, the keys of Spaces as SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY.
provider "digitalocean" {}
