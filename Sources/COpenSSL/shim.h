// What Swift's importer can't see of OpenSSL 3: macros, typed stacks, unions and a C callback.
// Every function here is a few lines around one OpenSSL facility; decisions live in Swift.
#pragma once

#include <arpa/inet.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

/// Frees memory that OpenSSL allocated (`OPENSSL_free` is a macro).
static inline void roost_free(void *memory) { OPENSSL_free(memory); }

/// A new EC key on curve P-256, or NULL (`EVP_EC_gen` is a variadic macro).
static inline EVP_PKEY *roost_generate_p256(void) { return EVP_EC_gen("P-256"); }

/// The bytes a memory BIO holds, owned by the BIO (`BIO_get_mem_data` is a macro).
static inline long roost_memory_contents(BIO *bio, const uint8_t **data) {
  char *start = NULL;
  long count = BIO_get_mem_data(bio, &start);
  *data = (const uint8_t *)start;
  return start == NULL || count < 0 ? 0 : count;
}

/// A passphrase lent to OpenSSL, and whether OpenSSL asked for it.
struct roost_passphrase {
  const char *bytes;
  int count;
  int asked;
};

/// Hands over the lent passphrase; never asks on the terminal, as OpenSSL's own callback would.
static inline int roost_lend_passphrase(char *buffer, int size, int writing, void *context) {
  struct roost_passphrase *passphrase = (struct roost_passphrase *)context;
  (void)writing;
  passphrase->asked = 1;
  if (passphrase->bytes == NULL || passphrase->count <= 0 || passphrase->count > size) return -1;
  memcpy(buffer, passphrase->bytes, (size_t)passphrase->count);
  return passphrase->count;
}

/// The first private key in a PEM text; sets `asked` when the key turns out to be encrypted.
static inline EVP_PKEY *roost_read_private_key(BIO *bio, const char *passphrase, int count, int *asked) {
  struct roost_passphrase lent = {passphrase, count, 0};
  EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, roost_lend_passphrase, &lent);
  *asked = lent.asked;
  return key;
}

/// Seconds since 1970 of an ASN.1 time; 1 on success.
static inline int roost_time_seconds(const ASN1_TIME *time, int64_t *seconds) {
  struct tm parts;
  memset(&parts, 0, sizeof parts);
  if (time == NULL || ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  *seconds = (int64_t)timegm(&parts);
  return 1;
}

/// The number of names in a subject alternative name.
static inline int roost_general_name_count(const GENERAL_NAMES *names) {
  return sk_GENERAL_NAME_num(names);
}

/// The kind of one name (`GEN_DNS`, `GEN_URI`, `GEN_IPADD`…) and its bytes; NULL for kinds that aren't one string.
static inline int roost_general_name(const GENERAL_NAMES *names, int index, const uint8_t **data, int *count) {
  const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
  const ASN1_STRING *text = NULL;
  *data = NULL;
  *count = 0;
  if (name == NULL) return -1;
  if (name->type == GEN_DNS || name->type == GEN_URI || name->type == GEN_EMAIL) text = name->d.ia5;
  if (name->type == GEN_IPADD) text = name->d.iPAddress;
  if (text != NULL) {
    *data = ASN1_STRING_get0_data(text);
    *count = ASN1_STRING_length(text);
  }
  return name->type;
}

/// An empty subject alternative name.
static inline GENERAL_NAMES *roost_general_names_new(void) { return sk_GENERAL_NAME_new_null(); }

/// Appends one DNS name, URI or IP address to a subject alternative name; 1 on success.
static inline int roost_general_names_append(GENERAL_NAMES *names, int kind, const uint8_t *data, int count) {
  GENERAL_NAME *name = GENERAL_NAME_new();
  ASN1_STRING *text = ASN1_STRING_type_new(kind == GEN_IPADD ? V_ASN1_OCTET_STRING : V_ASN1_IA5STRING);
  if (name == NULL || text == NULL || ASN1_STRING_set(text, data, count) != 1) {
    GENERAL_NAME_free(name);
    ASN1_STRING_free(text);
    return 0;
  }
  GENERAL_NAME_set0_value(name, kind, text);
  if (sk_GENERAL_NAME_push(names, name) <= 0) {
    GENERAL_NAME_free(name);
    return 0;
  }
  return 1;
}

/// The number of entries in a revocation list.
static inline int roost_revoked_count(X509_CRL *list) {
  int count = sk_X509_REVOKED_num(X509_CRL_get_REVOKED(list));
  return count < 0 ? 0 : count;
}

/// One entry of a revocation list, owned by the list.
static inline X509_REVOKED *roost_revoked(X509_CRL *list, int index) {
  return sk_X509_REVOKED_value(X509_CRL_get_REVOKED(list), index);
}
