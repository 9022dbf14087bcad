internal import COpenSSL

/// What a certificate is used for in a TLS connection.
public enum CertificatePurpose: Hashable, CaseIterable, Sendable {
  /// The holder opened the connection.
  case client
  /// The holder accepted the connection.
  case server

  var openSSLPurpose: Int32 {
    switch self {
    case .client: X509_PURPOSE_SSL_CLIENT
    case .server: X509_PURPOSE_SSL_SERVER
    }
  }

  var word: String {
    switch self {
    case .client: "client"
    case .server: "server"
    }
  }
}
