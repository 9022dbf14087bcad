internal import COpenSSL

extension CertificateRequest {
  /// Whether it is for the very key that a certificate was issued for.
  public func isForKey(of certificate: Certificate) -> Bool {
    handle.withPointer { request in
      certificate.handle.withPointer { certificate in
        // SAFETY: both public keys are borrowed from live objects; nil compares unequal.
        guard let own = unsafe X509_REQ_get0_pubkey(request), let other = unsafe X509_get0_pubkey(certificate) else {
          return false
        }
        return unsafe EVP_PKEY_eq(own, other) == 1
      }
    }
  }
}
