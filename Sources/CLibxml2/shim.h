#pragma once
// Debian's libxml2 is built with ICU and its headers would bring ICU's along, which clash with the ICU inside
// Foundation. Nothing here touches the converters that need them.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <stdint.h>
#include <string.h>

// Small steps over libxml2 for DomainXML. They exist because libxml2 speaks in macros, `xmlChar` and
// function pointers held in global variables, none of which Swift imports well.

/// Why a parse gave no document. All zero when it gave one.
typedef struct roost_xml_failure {
  int code;     ///< libxml2's `xmlParserErrors`, 0 if it reported none.
  int line;     ///< Counted from 1, 0 if unknown.
  int doctype;  ///< 1 if a document type declaration was met; nothing after it was read.
  int deep;     ///< 1 if elements nest deeper than libxml2 allows.
  int encoding; ///< 1 if the document declares an encoding other than UTF-8 or ASCII.
  char message[200];
} roost_xml_failure;

static inline const char *roost_xml_failure_message(const roost_xml_failure *failure) {
  return failure->message;
}

static void roost_xml_refuse_doctype(
    void *context, const xmlChar *name, const xmlChar *publicID, const xmlChar *systemID) {
  (void)name, (void)publicID, (void)systemID;
  xmlParserCtxtPtr parser = (xmlParserCtxtPtr)context;
  roost_xml_failure *failure = (roost_xml_failure *)parser->_private;
  failure->doctype = 1;
  failure->line = parser->input ? parser->input->line : 0;
  xmlStopParser(parser);
}

#if LIBXML_VERSION >= 21200
static void roost_xml_note_error(void *context, const xmlError *error) {
#else
static void roost_xml_note_error(void *context, xmlErrorPtr error) {
#endif
  xmlParserCtxtPtr parser = (xmlParserCtxtPtr)context;
  roost_xml_failure *failure = (roost_xml_failure *)parser->_private;
  // The first fatal error is the cause, what follows is its echo.
  if (failure->code != 0 || failure->doctype || error->level != XML_ERR_FATAL) return;
  failure->code = error->code;
  failure->line = error->line;
  unsigned limit = xmlParserMaxDepth;
  failure->deep = (unsigned)parser->nameNr >= limit || (unsigned)parser->nodeNr >= limit;
  if (error->message) {
    strncpy(failure->message, error->message, sizeof failure->message - 1);
    failure->message[strcspn(failure->message, "\n")] = 0;
  }
}

static inline void roost_xml_initialise(void) { xmlInitParser(); }

/// Parses `length` bytes of UTF-8. Returns NULL and fills `failure` if they are refused.
/// No network, no entity expansion, no DTD loading; libxml2's own limits stay on.
static inline xmlDocPtr roost_xml_parse(const uint8_t *bytes, int length, roost_xml_failure *failure) {
  memset(failure, 0, sizeof *failure);
  xmlParserCtxtPtr parser = xmlNewParserCtxt();
  if (!parser) return NULL;
  parser->_private = failure;
  parser->sax->internalSubset = roost_xml_refuse_doctype;
  parser->sax->serror = roost_xml_note_error;
  int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NODICT
    | XML_PARSE_BIG_LINES;
  xmlDocPtr document = xmlCtxtReadMemory(parser, (const char *)bytes, length, NULL, NULL, options);
  xmlFreeParserCtxt(parser);
  if (!document) return NULL;
  const xmlChar *encoding = document->encoding;
  if (encoding && xmlStrcasecmp(encoding, BAD_CAST "UTF-8") && xmlStrcasecmp(encoding, BAD_CAST "US-ASCII")
      && xmlStrcasecmp(encoding, BAD_CAST "ASCII")) {
    failure->encoding = 1;
  }
  if (document->intSubset || document->extSubset) failure->doctype = 1;
  if (failure->encoding || failure->doctype || failure->code) {
    xmlFreeDoc(document);
    return NULL;
  }
  return document;
}

static inline xmlDocPtr roost_xml_new_document(const char *root) {
  xmlDocPtr document = xmlNewDoc(BAD_CAST "1.0");
  if (!document) return NULL;
  xmlNodePtr element = xmlNewDocNode(document, NULL, BAD_CAST root, NULL);
  if (!element) {
    xmlFreeDoc(document);
    return NULL;
  }
  xmlDocSetRootElement(document, element);
  return document;
}

static inline void roost_xml_free_document(xmlDocPtr document) { xmlFreeDoc(document); }
static inline void roost_xml_free_node(xmlNodePtr node) { xmlFreeNode(node); }
static inline void roost_xml_free_string(char *string) { xmlFree(string); }

static inline xmlNodePtr roost_xml_root(xmlDocPtr document) { return xmlDocGetRootElement(document); }

/// The node after `node` in document order, inside the tree of `root`.
static inline xmlNodePtr roost_xml_following(xmlNodePtr root, xmlNodePtr node) {
  if (node->type == XML_ELEMENT_NODE && node->children) return node->children;
  while (node && node != root && !node->next) node = node->parent;
  return node && node != root ? node->next : NULL;
}

/// The number that stands for an element's place in the source text; 0 means it has none.
static inline long roost_xml_place(xmlNodePtr node) { return (long)(intptr_t)node->_private; }

/// Numbers all elements from 1 in document order and returns how many there are.
static inline long roost_xml_number_elements(xmlDocPtr document) {
  long count = 0;
  xmlNodePtr root = xmlDocGetRootElement(document);
  for (xmlNodePtr node = root; node; node = roost_xml_following(root, node)) {
    if (node->type == XML_ELEMENT_NODE) node->_private = (void *)(intptr_t)++count;
  }
  return count;
}

/// A deep copy that keeps the places.
static inline xmlDocPtr roost_xml_copy_document(xmlDocPtr document) {
  xmlDocPtr copy = xmlCopyDoc(document, 1);
  if (!copy) return NULL;
  xmlNodePtr oldRoot = xmlDocGetRootElement(document), newRoot = xmlDocGetRootElement(copy);
  xmlNodePtr old = oldRoot, new = newRoot;
  while (old && new) {
    if (new->type == XML_ELEMENT_NODE && old->type == XML_ELEMENT_NODE) new->_private = old->_private;
    old = roost_xml_following(oldRoot, old);
    new = roost_xml_following(newRoot, new);
  }
  return copy;
}

static inline int roost_xml_type(xmlNodePtr node) { return node->type; }
static inline long roost_xml_line(xmlNodePtr node) { return xmlGetLineNo(node); }
static inline const char *roost_xml_name(xmlNodePtr node) { return (const char *)node->name; }
static inline const char *roost_xml_content(xmlNodePtr node) { return (const char *)node->content; }
static inline const char *roost_xml_prefix(xmlNodePtr node) {
  return node->ns ? (const char *)node->ns->prefix : NULL;
}
static inline const char *roost_xml_namespace(xmlNodePtr node) {
  return node->ns ? (const char *)node->ns->href : NULL;
}
static inline xmlNodePtr roost_xml_first_child(xmlNodePtr node) {
  return node->type == XML_ELEMENT_NODE ? node->children : NULL;
}
static inline xmlNodePtr roost_xml_next(xmlNodePtr node) { return node->next; }
static inline xmlNodePtr roost_xml_previous(xmlNodePtr node) { return node->prev; }
static inline xmlNodePtr roost_xml_parent_element(xmlNodePtr node) {
  return node->parent && node->parent->type == XML_ELEMENT_NODE ? node->parent : NULL;
}

/// All text below a node; free with `roost_xml_free_string`.
static inline char *roost_xml_text(xmlNodePtr node) { return (char *)xmlNodeGetContent(node); }

/// An attribute without namespace, or NULL; free with `roost_xml_free_string`.
static inline char *roost_xml_attribute(xmlNodePtr node, const char *name) {
  return (char *)xmlGetNoNsProp(node, BAD_CAST name);
}

static inline xmlAttrPtr roost_xml_first_attribute(xmlNodePtr node) {
  return node->type == XML_ELEMENT_NODE ? node->properties : NULL;
}
static inline xmlAttrPtr roost_xml_next_attribute(xmlAttrPtr attribute) { return attribute->next; }
static inline const char *roost_xml_attribute_name(xmlAttrPtr attribute) {
  return (const char *)attribute->name;
}
static inline const char *roost_xml_attribute_prefix(xmlAttrPtr attribute) {
  return attribute->ns ? (const char *)attribute->ns->prefix : NULL;
}
/// Free with `roost_xml_free_string`.
static inline char *roost_xml_attribute_value(xmlAttrPtr attribute) {
  return (char *)xmlNodeListGetString(attribute->doc, attribute->children, 1);
}

static inline xmlNsPtr roost_xml_first_declaration(xmlNodePtr node) {
  return node->type == XML_ELEMENT_NODE ? node->nsDef : NULL;
}
static inline xmlNsPtr roost_xml_next_declaration(xmlNsPtr declaration) { return declaration->next; }
static inline const char *roost_xml_declaration_prefix(xmlNsPtr declaration) {
  return (const char *)declaration->prefix;
}
static inline const char *roost_xml_declaration_uri(xmlNsPtr declaration) {
  return (const char *)declaration->href;
}

static inline int roost_xml_set_attribute(xmlNodePtr node, const char *name, const char *value) {
  return xmlSetNsProp(node, NULL, BAD_CAST name, BAD_CAST value) != NULL;
}
static inline void roost_xml_remove_attribute(xmlNodePtr node, const char *name) {
  xmlAttrPtr attribute = xmlHasNsProp(node, BAD_CAST name, NULL);
  if (attribute && attribute->type == XML_ATTRIBUTE_NODE) xmlRemoveProp(attribute);
}

static inline xmlNodePtr roost_xml_new_element(xmlDocPtr document, const char *name) {
  return xmlNewDocNode(document, NULL, BAD_CAST name, NULL);
}
static inline xmlNodePtr roost_xml_new_text(xmlDocPtr document, const char *text) {
  return xmlNewDocText(document, BAD_CAST text);
}
/// Replaces the content of a text node.
static inline void roost_xml_set_content(xmlNodePtr node, const char *text) {
  xmlNodeSetContent(node, BAD_CAST text);
}
/// Declares a namespace on `node` and moves `node` into it.
static inline int roost_xml_declare_namespace(xmlNodePtr node, const char *prefix, const char *uri) {
  xmlNsPtr declaration = xmlNewNs(node, BAD_CAST uri, BAD_CAST prefix);
  if (declaration) xmlSetNs(node, declaration);
  return declaration != NULL;
}
/// Moves `node` into the namespace of `other`.
static inline void roost_xml_share_namespace(xmlNodePtr node, xmlNodePtr other) {
  if (other->ns) xmlSetNs(node, other->ns);
}

// Each returns NULL if it failed; `node` then still belongs to the caller. Text may be merged into a
// neighbour, so a text node must not be used afterwards.
static inline xmlNodePtr roost_xml_append(xmlNodePtr parent, xmlNodePtr node) { return xmlAddChild(parent, node); }
static inline xmlNodePtr roost_xml_insert_after(xmlNodePtr sibling, xmlNodePtr node) {
  return xmlAddNextSibling(sibling, node);
}
static inline xmlNodePtr roost_xml_insert_before(xmlNodePtr sibling, xmlNodePtr node) {
  return xmlAddPrevSibling(sibling, node);
}
static inline void roost_xml_unlink(xmlNodePtr node) { xmlUnlinkNode(node); }

/// Takes `node` out of where it is and puts it behind the last child of `parent`, with the namespaces it needs.
static inline int roost_xml_move(xmlNodePtr node, xmlNodePtr parent) {
  xmlUnlinkNode(node);
  if (!xmlAddChild(parent, node)) return 0;
  return node->type != XML_ELEMENT_NODE || xmlReconciliateNs(node->doc, node) >= 0;
}

/// Whether an element in no namespace has an attribute that is in one.
static inline int roost_xml_has_prefixed_attribute(xmlNodePtr node) {
  if (node->type != XML_ELEMENT_NODE || node->ns) return 0;
  for (xmlAttrPtr attribute = node->properties; attribute; attribute = attribute->next) {
    if (attribute->ns) return 1;
  }
  return 0;
}

/// The first element after `node` in document order with such an attribute, outside `<metadata>`; NULL if none.
static inline xmlNodePtr roost_xml_next_prefixed(xmlNodePtr root, xmlNodePtr node) {
  while (node) {
    int foreign = node->type == XML_ELEMENT_NODE && !node->ns && !strcmp((const char *)node->name, "metadata");
    if (foreign) {
      while (node && node != root && !node->next) node = node->parent;
      node = node && node != root ? node->next : NULL;
    } else {
      node = roost_xml_following(root, node);
    }
    if (node && roost_xml_has_prefixed_attribute(node)) return node;
  }
  return NULL;
}

/// Makes attributes in a namespace plain ones, as `xmlGetProp` reads them: of one name the first counts.
static inline void roost_xml_flatten_attributes(xmlNodePtr node) {
  xmlAttrPtr attribute = node->properties;
  while (attribute) {
    xmlAttrPtr next = attribute->next;
    if (attribute->ns) {
      xmlAttrPtr plain = xmlHasNsProp(node, attribute->name, NULL);
      int isFirst = 1;
      for (xmlAttrPtr before = node->properties; plain && before != attribute; before = before->next) {
        if (before == plain) isFirst = 0;
      }
      xmlChar *name = xmlStrdup(attribute->name);
      xmlChar *value = xmlNodeListGetString(attribute->doc, attribute->children, 1);
      if (next == plain && isFirst) next = next ? next->next : NULL;
      xmlRemoveProp(attribute);
      if (isFirst && name) xmlSetNsProp(node, NULL, name, value ? value : BAD_CAST "");
      xmlFree(name);
      xmlFree(value);
    }
    attribute = next;
  }
}
