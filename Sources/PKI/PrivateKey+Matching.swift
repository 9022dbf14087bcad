internal import COpenSSL

extension PrivateKey {
  /// Whether this key is the private half of a certificate's.
  public func matches(_ certificate: Certificate) -> Bool {
    handle.withPointer { key in
      certificate.handle.withPointer { certificate in
        // SAFETY: the public key is borrowed from the live certificate; nil compares unequal.
        guard let other = unsafe X509_get0_pubkey(certificate) else { return false }
        return unsafe EVP_PKEY_eq(key, other) == 1
      }
    }
  }

  /// Whether this key is the private half of a request's.
  public func matches(_ request: CertificateRequest) -> Bool {
    handle.withPointer { key in
      request.handle.withPointer { request in
        // SAFETY: the public key is borrowed from the live request; nil compares unequal.
        guard let other = unsafe X509_REQ_get0_pubkey(request) else { return false }
        return unsafe EVP_PKEY_eq(key, other) == 1
      }
    }
  }
}
