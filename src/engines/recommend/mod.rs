//! Products for people, products like products, baskets.
